package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/conversation/conversationdb"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/scenario/draft"
)

// scenarioDraftCmd proposes a scenario from a real conversation.
type scenarioDraftCmd struct {
	heardBy
	ID           string `help:"Id of the new scenario; else the language with -draft." placeholder:"ID"`
	Of           string `help:"Which conversation of the file, by its id; else the first." placeholder:"ID"`
	Lang         string `help:"Language of files that do not say it: zh or en." enum:"zh,en," default:""`
	AgentName    string `help:"Who the agent is, in files that have only names."`
	Out          string `help:"Write scenario.yaml and agent.txt into this folder instead of printing them." placeholder:"DIR"`
	Conversation string `arg:"" help:"A file (vCon, WebVTT, JSONL; - reads standard input), or with --data the id of a stored conversation."`
}

// Run writes the draft; nothing that is there is overwritten.
func (c *scenarioDraftCmd) Run(ctx context.Context, e *env) error {
	ears, err := c.open(ctx, e)
	if err != nil {
		return err
	}
	conv, err := c.conversation(ctx, e)
	if err != nil {
		return err
	}
	sid := id.Scenario(c.ID)
	if sid == "" {
		sid = id.Scenario(conv.Lang) + "-draft"
	}
	d, err := draft.From(conv, sid, ears.language.Acts)
	if err != nil {
		return err
	}
	if c.Out == "" {
		return printDraft(e.out, d)
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return cannotWrite(c.Out, err)
	}
	for name, text := range map[string][]byte{"scenario.yaml": d.Scenario, "agent.txt": d.Script} {
		if err := writeNew(filepath.Join(c.Out, name), text); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(e.out, "%s\n%s\n", filepath.Join(c.Out, "scenario.yaml"), filepath.Join(c.Out, "agent.txt"))
	return err
}

// conversation reads the one that is named: from a file, or from the centre's
// database when there is no such file.
func (c *scenarioDraftCmd) conversation(ctx context.Context, e *env) (conversation.Conversation, error) {
	if _, err := os.Stat(c.Conversation); errors.Is(err, fs.ErrNotExist) && c.Conversation != "-" && e.data != "" {
		return e.stored(ctx, id.Conversation(c.Conversation))
	}
	var found *conversation.Conversation
	options := conversation.Options{Lang: conversation.Lang(c.Lang), AgentName: c.AgentName}
	err := e.withFile(c.Conversation, func(r io.Reader) error {
		return conversation.Read(r, c.Conversation, options, func(conv conversation.Conversation) error {
			if found == nil && (c.Of == "" || string(conv.ID) == c.Of) {
				found = &conv
				return errStopped
			}
			return nil
		})
	})
	if err != nil && found == nil {
		return conversation.Conversation{}, err
	}
	if found == nil {
		return conversation.Conversation{}, fault.New(fault.NotFound, "cli.draft.none", fault.Args{"file": c.Conversation, "id": c.Of})
	}
	return *found, nil
}

// stored reads a conversation from the centre's database.
func (e *env) stored(ctx context.Context, cid id.Conversation) (conv conversation.Conversation, err error) {
	looked := false
	err = e.withOwnStore(ctx, func(db *storage.DB) (err error) {
		looked = true
		conv, _, err = conversationdb.New(db, nil).Get(ctx, cid)
		return err
	})
	if err == nil && !looked {
		err = fault.New(fault.NotFound, "cli.data.none", fault.Args{"dir": e.dataDir()})
	}
	return conv, err
}

// printDraft prints the scenario and, as comments, the script: one text that
// passes lianxi scenario check as it is.
func printDraft(w io.Writer, d draft.Draft) error {
	if _, err := w.Write(d.Scenario); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w, "# agent.txt:"); err != nil {
		return err
	}
	for line := range strings.Lines(string(d.Script)) {
		if _, err := fmt.Fprintf(w, "#   %s", line); err != nil {
			return err
		}
	}
	return nil
}

// writeNew writes a file that is not there yet.
func writeNew(name string, text []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return cannotWrite(name, err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return cannotWrite(name, err)
	}
	return nil
}

func cannotWrite(name string, err error) error {
	return &fault.Error{Kind: fault.Unavailable, Key: "cli.file", Args: fault.Args{"file": name, "problem": cause(err)}, Err: err}
}
