package main

import (
	"context"
	"fmt"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
)

// archiveCmd works on the skill archives.
type archiveCmd struct {
	Verify archiveVerifyCmd `cmd:"" help:"Find every change, removal and reordering in the skill archives."`
}

type archiveVerifyCmd struct {
	Human bool `help:"Print text for people instead of JSON lines."`
}

// verified is the last line of the command.
type verified struct {
	OK        bool  `json:"ok"`
	Persons   int64 `json:"persons"`
	Entries   int64 `json:"entries"`
	Erased    int64 `json:"erased"`
	Heads     int64 `json:"heads"`
	Witnessed int   `json:"witnessed"`
	Audit     int64 `json:"audit_records"`
}

// Run prints one flaw a line, then the sum; any flaw makes it exit 1.
func (c *archiveVerifyCmd) Run(ctx context.Context, e *env) error {
	cfg, err := e.loadConfig()
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, e.dataDir(), cfg, newLog(e.err, cfg.Log))
	if err != nil {
		return err
	}
	defer func() { _ = h.Close() }() // it was only read
	verifier := staff.Machine(staff.ArchiveVerify, staff.AuditRead)
	report, err := h.archive.Verify(ctx, verifier)
	if err != nil {
		return err
	}
	last, auditErr := h.people.VerifyAudit(ctx, verifier)
	if auditErr != nil && !fault.Is(auditErr, fault.Conflict) {
		return auditErr
	}
	return c.print(e, report, last, auditErr)
}

func (c *archiveVerifyCmd) print(e *env, r skill.Report, last staff.Record, auditErr error) error {
	for _, flaw := range r.Flaws {
		if c.Human {
			fmt.Fprintf(e.out, "%s  %s #%d (%d)\n", e.print.Text(flaw.Title()), flaw.Person, flaw.Seq, flaw.N)
		} else if err := writeJSON(e.out, flaw); err != nil {
			return err
		}
	}
	if auditErr != nil {
		e.problem(auditErr)
	}
	sum := verified{OK: r.Whole() && auditErr == nil, Persons: r.Persons, Entries: r.Entries, Erased: r.Gone, Heads: r.Last.N,
		Witnessed: r.Witnessed, Audit: last.Seq}
	if c.Human {
		fmt.Fprintln(e.out, e.print.Text("cli.archive.sum", fault.Args{"persons": sum.Persons, "entries": sum.Entries, "heads": sum.Heads,
			"erased": sum.Erased, "witnessed": sum.Witnessed}))
	} else if err := writeJSON(e.out, sum); err != nil {
		return err
	}
	if !sum.OK {
		return fault.New(fault.Conflict, "cli.archive.broken", fault.Args{"count": len(r.Flaws)})
	}
	return nil
}
