package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
)

// archiveCmd works on the skill archives.
type archiveCmd struct {
	Verify archiveVerifyCmd `cmd:"" help:"Find every change, removal and reordering in the skill archives."`
}

type archiveVerifyCmd struct {
	Backup []string `help:"A backup whose heads shall bear witness too." placeholder:"DIR"`
	Human  bool     `help:"Print text for people instead of JSON lines."`
}

// verified is the last line of the command.
type verified struct {
	OK        bool   `json:"ok"`
	Persons   int64  `json:"persons"`
	Entries   int64  `json:"entries"`
	Erased    int64  `json:"erased"`
	Heads     int64  `json:"heads"`
	Witnessed int    `json:"witnessed"`
	Audit     int64  `json:"audit_records"`
	Last      string `json:"last,omitempty"` // the newest head, to be noted elsewhere
}

// Run prints one flaw a line, then the sum; any flaw makes it exit 1.
func (c *archiveVerifyCmd) Run(ctx context.Context, e *env) error {
	h, err := e.existingHouse(ctx, toRead)
	if err != nil {
		return err
	}
	defer func() { _ = h.Close() }() // it was only read
	verifier := staff.Machine(staff.ArchiveVerify, staff.AuditRead)
	var more []skill.Head
	for _, dir := range c.Backup {
		heads, err := backupHeads(dir)
		if err != nil {
			return err
		}
		more = append(more, heads...)
	}
	report, err := h.archive.Verify(ctx, verifier, more...)
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
	flaws := len(r.Flaws)
	if auditErr != nil {
		flaws++
		e.problem(auditErr)
	}
	sum := verified{OK: r.Whole() && auditErr == nil, Persons: r.Persons, Entries: r.Entries, Erased: r.Gone, Heads: r.Last.N,
		Witnessed: r.Witnessed, Audit: last.Seq}
	if r.Last.N > 0 {
		text, err := r.Last.MarshalText()
		if err != nil {
			return err
		}
		sum.Last = string(text)
	}
	if c.Human {
		fmt.Fprintln(e.out, e.print.Text("cli.archive.sum", fault.Args{"persons": sum.Persons, "entries": sum.Entries, "heads": sum.Heads,
			"erased": sum.Erased, "witnessed": sum.Witnessed}), sum.Last)
	} else if err := writeJSON(e.out, sum); err != nil {
		return err
	}
	if !sum.OK {
		return fault.New(fault.Conflict, "cli.archive.broken", fault.Args{"count": flaws})
	}
	return nil
}

// backupHeads reads the heads that a backup bears witness to. A line that is
// no head was changed by somebody.
func backupHeads(dir string) ([]skill.Head, error) {
	file := filepath.Join(dir, "extras", extraHeads)
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fileProblem(file, err)
	}
	var out []skill.Head
	n := 0
	for line := range bytes.Lines(text) {
		n++
		var h skill.Head
		if err := h.UnmarshalText(bytes.TrimSpace(line)); err != nil {
			return nil, &fault.Error{Kind: fault.Invalid, Key: "cli.file", At: fault.Position{File: file, Line: n},
				Args: fault.Args{"file": file, "problem": err.Error()}, Err: err}
		}
		out = append(out, h)
	}
	return out, nil
}
