package staff

import (
	"context"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
)

// IssueToken makes an API token that acts for the actor within scopes, and
// returns its secret, which is shown once and kept nowhere. It needs
// TokenIssue for oneself, a session (a token makes no tokens), and returns
// Invalid with staff.display.form (the name), staff.token.scopes (none, or one
// the actor does not have) or staff.token.life (not within a year).
func (s *Service) IssueToken(ctx context.Context, a Actor, name string, scopes []Permission, life time.Duration) (Token, string, error) {
	const op = "staff.IssueToken"
	t := Token{ID: id.Make[id.Token](s.ids), Person: a.Person, Name: strings.TrimSpace(name), Scopes: scopes,
		Created: s.now(), Expires: s.now().Add(life).Truncate(time.Microsecond)}
	what := Record{Action: DidIssueToken, Kind: "token", Object: string(t.ID), Detail: map[string]string{"scopes": scopeList(scopes)}}
	if a.Via == ViaToken {
		return Token{}, "", fault.Wrap(op, fault.New(fault.Denied, "staff.denied", fault.Args{"permission": TokenIssue.String()}))
	}
	if err := s.need(ctx, a, TokenIssue, Subject{Owner: a.Person}, what); err != nil {
		return Token{}, "", fault.Wrap(op, err)
	}
	if err := checkToken(a, t, life); err != nil {
		return Token{}, "", fault.Wrap(op, err)
	}
	secret, err := t.seal(s.opts.Rand)
	if err != nil {
		return Token{}, "", fault.Wrap(op, err)
	}
	err = s.change(ctx, a, func(tx Tx) (Record, error) { return what, tx.SaveToken(ctx, t) })
	if err != nil {
		return Token{}, "", fault.Wrap(op, err)
	}
	return t, secret, nil
}

func checkToken(a Actor, t Token, life time.Duration) error {
	if err := CheckDisplay(t.Name); err != nil {
		return err
	}
	if life <= 0 || life > maxTokenLife {
		return fault.New(fault.Invalid, "staff.token.life", nil)
	}
	if len(t.Scopes) == 0 {
		return fault.New(fault.Invalid, "staff.token.scopes", fault.Args{"permission": "—"})
	}
	for _, p := range t.Scopes {
		if !May(a, p) {
			return fault.New(fault.Invalid, "staff.token.scopes", fault.Args{"permission": p.String()})
		}
	}
	return nil
}

func scopeList(ps []Permission) string {
	var out []string
	for _, p := range ps {
		out = append(out, p.String())
	}
	return strings.Join(out, " ")
}

// Bearer returns the actor for whom a program shows a token's secret. It
// returns Denied (staff.token.bad) for anything but a living token of an
// active person, without saying which part was wrong.
func (s *Service) Bearer(ctx context.Context, secret string, from Origin) (Actor, error) {
	const op = "staff.Bearer"
	bad := fault.New(fault.Denied, "staff.token.bad", nil)
	tid, raw, ok := splitSecret(secret)
	if !ok {
		return Actor{}, fault.Wrap(op, bad)
	}
	table, err := s.Table(ctx)
	if err != nil {
		return Actor{}, fault.Wrap(op, err)
	}
	var t Token
	var a Actor
	now := s.now()
	err = s.store.View(ctx, func(tx Tx) (err error) {
		if t, err = tx.Token(ctx, tid); fault.Is(err, fault.NotFound) {
			return bad
		} else if err != nil {
			return err
		}
		p, err := tx.Person(ctx, t.Person)
		if err != nil {
			return err
		}
		if !t.matches(raw) || !t.Alive(now) || p.State != Active {
			return bad
		}
		a, err = s.actor(ctx, tx, table, p)
		return err
	})
	if err != nil {
		return Actor{}, fault.Wrap(op, err)
	}
	a = a.limit(t.Scopes)
	a.Via, a.Token, a.Address = ViaToken, t.ID, from.Address
	if now.Sub(t.Used) >= seenStep {
		err = s.use(ctx, t.ID)
	}
	return a, fault.Wrap(op, err)
}

// use notes that a token was used, beside whatever changed in it meanwhile.
func (s *Service) use(ctx context.Context, tid id.Token) error {
	return s.store.Change(ctx, func(tx Tx) error {
		t, err := tx.Token(ctx, tid)
		if err != nil {
			return err
		}
		t.Used = s.now()
		return tx.SaveToken(ctx, t)
	})
}

// Tokens returns a person's tokens without their hashes, newest first: one's
// own, or with PeopleEdit another's.
func (s *Service) Tokens(ctx context.Context, a Actor, p id.Person) ([]Token, error) {
	const op = "staff.Tokens"
	if err := s.needUnlessOwn(ctx, a, p, Record{Action: "token.read", Kind: "person", Object: string(p)}); err != nil {
		return nil, fault.Wrap(op, err)
	}
	var out []Token
	err := s.store.View(ctx, func(tx Tx) (err error) {
		out, err = tx.TokensOf(ctx, p)
		return err
	})
	for i := range out {
		out[i].Hash = [32]byte{}
	}
	return out, fault.Wrap(op, err)
}

// RevokeToken ends a token: one's own, or with PeopleEdit another's. Ending
// one that has ended is no error; NotFound (staff.token.unknown).
func (s *Service) RevokeToken(ctx context.Context, a Actor, tid id.Token) error {
	const op = "staff.RevokeToken"
	what := Record{Action: DidRevokeToken, Kind: "token", Object: string(tid)}
	var t Token
	err := s.store.View(ctx, func(tx Tx) (err error) {
		t, err = tx.Token(ctx, tid)
		return err
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := s.needUnlessOwn(ctx, a, t.Person, what); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.change(ctx, a, func(tx Tx) (Record, error) {
		t, err := tx.Token(ctx, tid)
		if err != nil || !t.Revoked.IsZero() {
			return what, err
		}
		t.Revoked = s.now()
		return what, tx.SaveToken(ctx, t)
	}))
}
