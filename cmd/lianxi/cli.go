package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/internal/yamldoc"
)

// The exit codes of every command.
const (
	exitOK    = 0
	exitError = 1 // something failed; stderr says what
	exitUsage = 2 // the command line itself was wrong
)

// cli is the command line. One field is one command.
type cli struct {
	Data   string `help:"The centre's folder: its content, database and keys." placeholder:"DIR"`
	Locale string `help:"Language of messages: zh-CN or en." placeholder:"TAG" env:"LIANXI_LOCALE"`

	Serve     serveCmd     `cmd:"" help:"Serve the pages and the API."`
	Acts      actsCmd      `cmd:"" help:"Find the acts in utterances."`
	Score     scoreCmd     `cmd:"" help:"Score conversation files."`
	Scorecard scorecardCmd `cmd:"" help:"List, check and format scorecards."`
	Lexicon   lexiconCmd   `cmd:"" help:"Test the lexicon against labelled utterances."`
	Play      playCmd      `cmd:"" help:"Let a scripted agent talk with a virtual customer."`
	Scenario  scenarioCmd  `cmd:"" help:"List, check and draft scenarios."`
	Archive   archiveCmd   `cmd:"" help:"Verify the skill archives."`
	Backup    backupCmd    `cmd:"" help:"Back the centre up into a folder, while it runs."`
	Restore   restoreCmd   `cmd:"" help:"Restore a backup into an empty centre."`
	Token     tokenCmd     `cmd:"" help:"Issue tokens for the API."`
	Config    configCmd    `cmd:"" help:"Print the configuration in force, secrets hidden."`
	Doctor    doctorCmd    `cmd:"" help:"Say what is there, what is missing and how to get it."`
	Version   versionCmd   `cmd:"" help:"Print the versions of program and content."`
}

// env is what a running command works with.
type env struct {
	std
	data  string // "" when no folder was named
	print *locale.Printer
}

// errReported ends a command with exit 1 whose problems are on stderr already.
var errReported = errors.New("problems were reported")

// run parses args and runs the command. It returns the exit code.
func run(ctx context.Context, args []string, s std) int {
	catalogue, err := locale.Load()
	if err != nil {
		fmt.Fprintln(s.err, "lianxi:", err)
		return exitError
	}
	var c cli
	exited, code := false, exitOK
	parser, err := kong.New(&c, kong.Name("lianxi"),
		kong.Description("练席 selects, trains, examines, certifies and sustains contact-centre agents."),
		kong.Writers(s.out, s.err), kong.Exit(func(n int) { exited, code = true, n }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(s.err, "lianxi:", err)
		return exitError
	}
	parsed, err := parser.Parse(args)
	if exited {
		return code
	}
	if err != nil {
		fmt.Fprintln(s.err, "lianxi:", err)
		return exitUsage
	}
	out := bufio.NewWriterSize(s.out, 64<<10)
	e := &env{std: s, data: c.Data, print: catalogue.Printer(messageLocale(catalogue, c.Locale, s.environ), time.Local)}
	e.out = out
	err = parsed.Run(e)
	if ferr := out.Flush(); err == nil && ferr != nil {
		err = ferr
	}
	if err == nil {
		return exitOK
	}
	if !errors.Is(err, errReported) {
		e.problem(err)
	}
	return exitError
}

// messageLocale picks the language of messages: the flag, else the locale of the
// terminal, else Chinese.
func messageLocale(c *locale.Catalogue, flag string, environ []string) locale.Lang {
	if flag != "" {
		return c.Match("", flag)
	}
	for _, name := range []string{"LC_ALL=", "LC_MESSAGES=", "LANG="} {
		for _, v := range environ {
			if value, ok := strings.CutPrefix(v, name); ok && value != "" && value != "C" && value != "POSIX" && !strings.HasPrefix(value, "C.") {
				tag, _, _ := strings.Cut(value, ".")
				return c.Match("", strings.ReplaceAll(tag, "_", "-"))
			}
		}
	}
	return c.Match("", "")
}

// problem writes what is wrong on stderr, in the reader's language, one line a
// problem, each with its place.
func (e *env) problem(err error) {
	var ps yamldoc.Problems
	if errors.As(err, &ps) {
		for _, p := range ps {
			e.problem(yamldoc.Problems{p}.Unwrap())
		}
		return
	}
	fmt.Fprintln(e.err, "lianxi:", e.print.Error(err))
	if k := fault.KindOf(err); k == fault.Internal || k == fault.Unavailable {
		fmt.Fprintln(e.err, "  ", err) // here the reader is who must mend it
	}
}

// flush makes what was printed visible now, for output that somebody waits for.
func (e *env) flush() error {
	if f, ok := e.out.(interface{ Flush() error }); ok {
		return f.Flush()
	}
	return nil
}
