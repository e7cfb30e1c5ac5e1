package staffdb

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/staff"
)

type sessionRow struct {
	bun.BaseModel `bun:"table:staff_sessions,alias:s"`

	ID      id.Session `bun:",pk"`
	Person  id.Person
	Started time.Time
	Seen    time.Time
	Address string
	Agent   string
	Means   string
}

func (r sessionRow) session() staff.Session {
	return staff.Session{ID: r.ID, Person: r.Person, Started: r.Started.UTC(), Seen: r.Seen.UTC(), Address: r.Address, Agent: r.Agent, Means: r.Means}
}

func (t tx) Session(ctx context.Context, s id.Session) (staff.Session, error) {
	var row sessionRow
	err := one(ctx, t.db.NewSelect().Model(&row).Where("s.id = ?", clean(string(s))), &row, "staff.session.unknown")
	return row.session(), err
}

func (t tx) SessionsOf(ctx context.Context, p id.Person) ([]staff.Session, error) {
	var rows []sessionRow
	err := t.db.NewSelect().Model(&rows).Where("s.person = ?", p).Order("s.started DESC", "s.id DESC").Scan(ctx)
	out := make([]staff.Session, len(rows))
	for i, r := range rows {
		out[i] = r.session()
	}
	return out, err
}

func (t tx) SaveSession(ctx context.Context, s staff.Session) error {
	row := sessionRow{ID: s.ID, Person: s.Person, Started: storage.Time(s.Started), Seen: storage.Time(s.Seen),
		Address: clean(s.Address), Agent: clean(s.Agent), Means: s.Means}
	return t.put(ctx, &row, "id", "seen")
}

func (t tx) EndSession(ctx context.Context, s id.Session) error {
	_, err := t.db.NewDelete().Model((*sessionRow)(nil)).Where("id = ?", s).Exec(ctx)
	return err
}

func (t tx) EndSessions(ctx context.Context, p id.Person, keep id.Session) error {
	_, err := t.db.NewDelete().Model((*sessionRow)(nil)).Where("person = ? AND id <> ?", p, keep).Exec(ctx)
	return err
}

type tokenRow struct {
	bun.BaseModel `bun:"table:staff_tokens,alias:k"`

	ID      id.Token `bun:",pk"`
	Person  id.Person
	Name    string
	Scopes  string // names, parted by spaces
	Hash    []byte
	Created time.Time
	Expires time.Time
	Used    time.Time `bun:",nullzero"`
	Revoked time.Time `bun:",nullzero"`
}

func (r tokenRow) token() staff.Token {
	t := staff.Token{ID: r.ID, Person: r.Person, Name: r.Name, Created: r.Created.UTC(), Expires: r.Expires.UTC(), Used: r.Used.UTC(), Revoked: r.Revoked.UTC()}
	copy(t.Hash[:], r.Hash)
	for _, name := range strings.Fields(r.Scopes) {
		// A permission that a later version took away is no permission.
		if p, err := staff.ParsePermission(name); err == nil {
			t.Scopes = append(t.Scopes, p)
		}
	}
	return t
}

func (t tx) Token(ctx context.Context, k id.Token) (staff.Token, error) {
	var row tokenRow
	err := one(ctx, t.db.NewSelect().Model(&row).Where("k.id = ?", clean(string(k))), &row, "staff.token.unknown")
	return row.token(), err
}

func (t tx) TokensOf(ctx context.Context, p id.Person) ([]staff.Token, error) {
	var rows []tokenRow
	err := t.db.NewSelect().Model(&rows).Where("k.person = ?", p).Order("k.created DESC", "k.id DESC").Scan(ctx)
	out := make([]staff.Token, len(rows))
	for i, r := range rows {
		out[i] = r.token()
	}
	return out, err
}

func (t tx) SaveToken(ctx context.Context, k staff.Token) error {
	var names []string
	for _, p := range k.Scopes {
		names = append(names, p.String())
	}
	row := tokenRow{ID: k.ID, Person: k.Person, Name: k.Name, Scopes: strings.Join(names, " "), Hash: k.Hash[:],
		Created: storage.Time(k.Created), Expires: storage.Time(k.Expires), Used: storage.Time(k.Used), Revoked: storage.Time(k.Revoked)}
	return t.put(ctx, &row, "id", "name", "hash", "used", "revoked")
}

type tallyRow struct {
	bun.BaseModel `bun:"table:staff_tallies,alias:y"`

	Key   string `bun:",pk"`
	Count int64
	Last  time.Time
}

func (t tx) Tally(ctx context.Context, key string) (staff.Tally, error) {
	var row tallyRow
	err := t.db.NewSelect().Model(&row).Where("y.key = ?", key).Scan(ctx)
	if storage.NotFound(err) {
		return staff.Tally{}, nil
	}
	return staff.Tally{Count: int(row.Count), Last: row.Last.UTC()}, err
}

func (t tx) SaveTally(ctx context.Context, key string, y staff.Tally) error {
	row := tallyRow{Key: key, Count: int64(y.Count), Last: storage.Time(y.Last)}
	if y == (staff.Tally{}) {
		_, err := t.db.NewDelete().Model(&row).WherePK().Exec(ctx)
		return err
	}
	return t.put(ctx, &row, "key", "count", "last")
}

type grantRow struct {
	bun.BaseModel `bun:"table:staff_grants,alias:g"`

	Role       string `bun:",pk"`
	Permission string `bun:",pk"`
	Scope      string `bun:",pk"`
}

// Grants leaves out rows whose words a later version took away.
func (t tx) Grants(ctx context.Context) ([]staff.Grant, error) {
	var rows []grantRow
	err := t.db.NewSelect().Model(&rows).Scan(ctx)
	var out []staff.Grant
	for _, r := range rows {
		role, err1 := staff.ParseRole(r.Role)
		permission, err2 := staff.ParsePermission(r.Permission)
		scope, err3 := staff.ParseScope(r.Scope)
		if err1 == nil && err2 == nil && err3 == nil {
			out = append(out, staff.Grant{Role: role, Permission: permission, Scope: scope})
		}
	}
	return out, err
}

func (t tx) SaveGrants(ctx context.Context, grants []staff.Grant) error {
	if _, err := t.db.NewDelete().Model((*grantRow)(nil)).Where("1 = 1").Exec(ctx); err != nil || len(grants) == 0 {
		return err
	}
	seen := map[staff.Grant]bool{}
	var rows []grantRow
	for _, g := range grants {
		if !seen[g] {
			rows = append(rows, grantRow{Role: g.Role.String(), Permission: g.Permission.String(), Scope: g.Scope.String()})
		}
		seen[g] = true
	}
	_, err := t.db.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// Cookies keeps the server's side of browser cookies for scs: it is an
// scs.Store and scs.CtxStore. A token lies in the database only as its SHA-256,
// so that who reads the database cannot walk in with what she finds.
type Cookies struct {
	db  *storage.DB
	now func() time.Time
}

// NewCookies returns Cookies on db, which must have been migrated.
func NewCookies(db *storage.DB, now func() time.Time) *Cookies { return &Cookies{db: db, now: now} }

type cookieRow struct {
	bun.BaseModel `bun:"table:staff_cookies,alias:c"`

	Token  []byte `bun:",pk"`
	Data   []byte
	Expiry time.Time
}

func sealed(token string) []byte {
	sum := sha256.Sum256([]byte("lianxi.staff.cookie\x00" + token))
	return sum[:]
}

// FindCtx returns what Commit kept under token, and whether it is there and
// has not expired.
func (c *Cookies) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var row cookieRow
	err := c.db.Read().NewSelect().Model(&row).Where("c.token = ?", sealed(token)).Scan(ctx)
	if storage.NotFound(err) || err == nil && !c.now().Before(row.Expiry) {
		return nil, false, nil
	}
	return row.Data, err == nil, err
}

// CommitCtx keeps data under token until expiry. It also takes out what has
// expired: there is no better moment, and the index makes it cheap.
func (c *Cookies) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	row := cookieRow{Token: sealed(token), Data: data, Expiry: storage.Time(expiry)}
	return c.db.Write(ctx, func(ctx context.Context, db bun.IDB) error {
		if _, err := db.NewDelete().Model((*cookieRow)(nil)).Where("expiry < ?", storage.Time(c.now())).Exec(ctx); err != nil {
			return err
		}
		return tx{db}.put(ctx, &row, "token", "data", "expiry")
	})
}

// DeleteCtx removes what is kept under token, if anything is.
func (c *Cookies) DeleteCtx(ctx context.Context, token string) error {
	return c.db.Write(ctx, func(ctx context.Context, db bun.IDB) error {
		_, err := db.NewDelete().Model((*cookieRow)(nil)).Where("token = ?", sealed(token)).Exec(ctx)
		return err
	})
}

// Find is FindCtx for callers without a context.
func (c *Cookies) Find(token string) ([]byte, bool, error) {
	return c.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for callers without a context.
func (c *Cookies) Commit(token string, data []byte, expiry time.Time) error {
	return c.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx for callers without a context.
func (c *Cookies) Delete(token string) error { return c.DeleteCtx(context.Background(), token) }
