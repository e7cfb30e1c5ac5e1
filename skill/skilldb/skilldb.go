// Package skilldb keeps sealed archive entries, their keys and the signed
// heads in the house's database, SQLite or PostgreSQL.
package skilldb

import (
	"context"
	"embed"
	"time"

	"github.com/uptrace/bun"

	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/skill"
)

//go:embed migrations
var migrations embed.FS

// Migrations returns the tables of skill.
func Migrations() storage.Migrations { return storage.EmbeddedMigrations(migrations) }

// Store implements skill.Store.
type Store struct {
	db *storage.DB
}

var _ skill.Store = (*Store)(nil)

// New returns a Store on db, which must have been migrated.
func New(db *storage.DB) *Store { return &Store{db: db} }

// chainLock is the key of the advisory lock that PostgreSQL's nodes take
// before they append to a chain; staffdb takes the same one, because two locks
// in one shared transaction could be taken in two orders.
const chainLock = 0x6c69616e02

// Append runs fn in one durable transaction, after every other Append.
func (s *Store) Append(ctx context.Context, fn func(skill.Tx) error) error {
	return s.db.Write(ctx, func(ctx context.Context, db bun.IDB) error {
		if s.db.Postgres() {
			if _, err := db.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", int64(chainLock)); err != nil {
				return err
			}
		}
		return fn(tx{db})
	})
}

// View runs fn on one moment of the database, read only.
func (s *Store) View(ctx context.Context, fn func(skill.View) error) error {
	return s.db.Snapshot(ctx, func(_ context.Context, db bun.IDB) error { return fn(tx{db}) })
}

// tx implements skill.Tx on one transaction.
type tx struct {
	db bun.IDB
}

type entryRow struct {
	bun.BaseModel `bun:"table:skill_entries,alias:e"`

	Person id.Person `bun:",pk"`
	Seq    int64     `bun:",pk"`
	ID     id.Entry
	Kind   skill.Kind
	At     int64 // microseconds since 1970
	By     id.Person
	Names  int64
	Prev   []byte
	Lock   []byte
	Box    []byte
	Hash   []byte
}

// sum returns b as a hash. Bytes of another length, which nobody here can have
// written, give one that fits nothing.
func sum(b []byte) (out [32]byte) {
	if len(b) != len(out) {
		for i := range out {
			out[i] = 0xFF
		}
		return out
	}
	copy(out[:], b)
	return out
}

func (r entryRow) sealed() skill.Sealed {
	return skill.Sealed{ID: r.ID, Person: r.Person, Seq: r.Seq, Kind: r.Kind, At: time.UnixMicro(r.At).UTC(), By: r.By, Names: r.Names,
		Prev: sum(r.Prev), Lock: sum(r.Lock), Box: r.Box, Hash: sum(r.Hash)}
}

type keyRow struct {
	bun.BaseModel `bun:"table:skill_keys,alias:k"`

	Person id.Person `bun:",pk"`
	Seq    int64     `bun:",pk"`
	Key    []byte
	Source string
}

func (r keyRow) key() skill.Key {
	return skill.Key{Person: r.Person, Seq: r.Seq, Key: sum(r.Key), Source: r.Source}
}

type headRow struct {
	bun.BaseModel `bun:"table:skill_heads,alias:h"`

	N         int64 `bun:",pk"`
	Person    id.Person
	Seq       int64
	Kind      skill.Kind
	Entry     []byte
	At        int64
	Prev      []byte
	Signer    []byte
	Signature []byte
}

func (r headRow) head() skill.Head {
	h := skill.Head{N: r.N, Person: r.Person, Seq: r.Seq, Kind: r.Kind, Entry: sum(r.Entry), At: time.UnixMicro(r.At).UTC(), Prev: sum(r.Prev)}
	if len(r.Signer) == len(h.Signer) && len(r.Signature) == len(h.Signature) { // else nobody here wrote it: no signature fits
		copy(h.Signer[:], r.Signer)
		copy(h.Signature[:], r.Signature)
	}
	return h
}

// absent turns "no rows" into nothing found.
func absent(err error) error {
	if storage.NotFound(err) {
		return nil
	}
	return err
}

func (t tx) entry(ctx context.Context, where func(*bun.SelectQuery) *bun.SelectQuery) (skill.Sealed, error) {
	var row entryRow
	if err := where(t.db.NewSelect().Model(&row)).Limit(1).Scan(ctx); err != nil {
		return skill.Sealed{}, absent(err)
	}
	return row.sealed(), nil
}

// Last returns a person's last entry.
func (t tx) Last(ctx context.Context, p id.Person) (skill.Sealed, error) {
	return t.entry(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("e.person = ?", p).Order("e.seq DESC") })
}

// LastHead returns the newest head.
func (t tx) LastHead(ctx context.Context) (skill.Head, error) {
	var row headRow
	if err := t.db.NewSelect().Model(&row).Order("h.n DESC").Limit(1).Scan(ctx); err != nil {
		return skill.Head{}, absent(err)
	}
	return row.head(), nil
}

// Find returns the entry of that id and its key.
func (t tx) Find(ctx context.Context, e id.Entry) (skill.Sealed, skill.Key, error) {
	if !id.Valid(string(e)) {
		return skill.Sealed{}, skill.Key{}, nil
	}
	s, err := t.entry(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("e.id = ?", e) })
	if err != nil || s.Seq == 0 {
		return skill.Sealed{}, skill.Key{}, err
	}
	k, err := t.key(ctx, "k.person = ? AND k.seq = ?", s.Person, s.Seq)
	return s, k, err
}

func (t tx) key(ctx context.Context, where string, args ...any) (skill.Key, error) {
	var row keyRow
	if err := t.db.NewSelect().Model(&row).Where(where, args...).Scan(ctx); err != nil {
		return skill.Key{}, absent(err)
	}
	return row.key(), nil
}

// FindSource returns the entry that a person's archive has from that source,
// and its key.
func (t tx) FindSource(ctx context.Context, p id.Person, source string) (skill.Sealed, skill.Key, error) {
	k, err := t.key(ctx, "k.person = ? AND k.source = ?", p, source)
	if err != nil || k.Seq == 0 {
		return skill.Sealed{}, skill.Key{}, err
	}
	s, err := t.entry(ctx, func(q *bun.SelectQuery) *bun.SelectQuery { return q.Where("e.person = ? AND e.seq = ?", p, k.Seq) })
	return s, k, err
}

// Archive returns a person's entries and keys by Seq.
func (t tx) Archive(ctx context.Context, p id.Person) ([]skill.Sealed, []skill.Key, error) {
	var rows []entryRow
	if err := t.db.NewSelect().Model(&rows).Where("e.person = ?", p).Order("e.seq").Scan(ctx); err != nil {
		return nil, nil, err
	}
	var keys []keyRow
	err := t.db.NewSelect().Model(&keys).Where("k.person = ?", p).Order("k.seq").Scan(ctx)
	return each(rows, entryRow.sealed), each(keys, keyRow.key), err
}

func each[R, T any](rows []R, fn func(R) T) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = fn(r)
	}
	return out
}

// Add adds an entry, its key and its head.
func (t tx) Add(ctx context.Context, s skill.Sealed, k skill.Key, h skill.Head) error {
	entry := entryRow{Person: s.Person, Seq: s.Seq, ID: s.ID, Kind: s.Kind, At: s.At.UnixMicro(), By: s.By, Names: s.Names,
		Prev: s.Prev[:], Lock: s.Lock[:], Box: s.Box, Hash: s.Hash[:]}
	key := keyRow{Person: k.Person, Seq: k.Seq, Key: k.Key[:], Source: k.Source}
	head := headRow{N: h.N, Person: h.Person, Seq: h.Seq, Kind: h.Kind, Entry: h.Entry[:], At: h.At.UnixMicro(), Prev: h.Prev[:],
		Signer: h.Signer[:], Signature: h.Signature[:]}
	for _, row := range []any{&entry, &key, &head} {
		if _, err := t.db.NewInsert().Model(row).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// DestroyKeys overwrites keys before it removes them: SQLite leaves the bytes
// of a removed row where they were. (PostgreSQL keeps old rows until VACUUM;
// docs/privacy.md says so.)
func (t tx) DestroyKeys(ctx context.Context, p id.Person, upTo int64) error {
	mine := "person = ? AND seq <= ?"
	_, err := t.db.NewUpdate().Model((*keyRow)(nil)).Set("key = ?", make([]byte, 32)).Set("source = CAST(seq AS TEXT)").Where(mine, p, upTo).Exec(ctx)
	if err != nil {
		return err
	}
	_, err = t.db.NewDelete().Model((*keyRow)(nil)).Where(mine, p, upTo).Exec(ctx)
	return err
}

// Heads returns heads by N.
func (t tx) Heads(ctx context.Context, after int64, limit int) ([]skill.Head, error) {
	var rows []headRow
	err := t.db.NewSelect().Model(&rows).Where("h.n > ?", after).Order("h.n").Limit(int64(limit)).Scan(ctx)
	return each(rows, headRow.head), err
}

// page selects what comes after a place, in the order of places.
func (t tx) page(rows any, after skill.Place, limit int, more ...string) *bun.SelectQuery {
	return t.db.NewSelect().Model(rows).Where("(person, seq) > (?, ?)", after.Person, after.Seq).
		Order(append([]string{"person", "seq"}, more...)...).Limit(int64(limit))
}

// HeadsAfter returns heads by person, Seq and N.
func (t tx) HeadsAfter(ctx context.Context, after skill.Place, limit int) ([]skill.Head, error) {
	var rows []headRow
	err := t.page(&rows, after, limit, "n").Scan(ctx)
	return each(rows, headRow.head), err
}

// EntriesAfter returns entries by person and Seq.
func (t tx) EntriesAfter(ctx context.Context, after skill.Place, limit int) ([]skill.Sealed, error) {
	var rows []entryRow
	err := t.page(&rows, after, limit).Scan(ctx)
	return each(rows, entryRow.sealed), err
}

// KeysAfter returns keys by person and Seq.
func (t tx) KeysAfter(ctx context.Context, after skill.Place, limit int) ([]skill.Key, error) {
	var rows []keyRow
	err := t.page(&rows, after, limit).Scan(ctx)
	return each(rows, keyRow.key), err
}

// Counts returns how many rows each table has.
func (t tx) Counts(ctx context.Context) (entries, keys, heads int64, err error) {
	for table, n := range map[string]*int64{"skill_entries": &entries, "skill_keys": &keys, "skill_heads": &heads} {
		if err := t.db.NewSelect().Table(table).ColumnExpr("COUNT(*)").Scan(ctx, n); err != nil {
			return 0, 0, 0, err
		}
	}
	return entries, keys, heads, nil
}
