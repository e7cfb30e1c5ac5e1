package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/lianxi-cc/lianxi/analysis"
	"github.com/lianxi-cc/lianxi/analysis/analysisdb"
	"github.com/lianxi-cc/lianxi/analysis/language"
	"github.com/lianxi-cc/lianxi/analysis/language/measure"
	"github.com/lianxi-cc/lianxi/content"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/scorecard/scorecarddb"
)

// heardBy chooses the version of the centre's own lexicon to hear by.
type heardBy struct {
	LexiconVersion string `help:"Hear by this version of the centre's own lexicon: its number, or the lexicon that a result names; 0 leaves it out." placeholder:"VERSION"`
}

// open opens the ears for a command: those of the data folder with the version
// asked for, else with the one in force.
func (b heardBy) open(ctx context.Context, e *env) (*ears, error) {
	ears, err := openContent(e.data)
	if err != nil {
		return nil, err
	}
	var hear *language.Engine
	err = e.withOwnStore(ctx, func(db *storage.DB) (err error) {
		if ears.live, err = scorecarddb.Live(ctx, db); err == nil {
			hear, err = b.choose(ctx, ears, db)
		}
		return err
	})
	if err == nil && hear == nil {
		if b.LexiconVersion != "" && b.LexiconVersion != "0" {
			return nil, unknownVersion(b.LexiconVersion)
		}
		hear, err = ears.compile(nil)
	}
	if err != nil {
		return nil, err
	}
	ears.language = language.NewLive(hear)
	return ears, nil
}

// withOwnStore opens the data folder's database for f, if there is one.
func (e *env) withOwnStore(ctx context.Context, f func(*storage.DB) error) (err error) {
	if e.data == "" {
		return nil
	}
	cfg, err := e.loadConfig()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(e.data, databaseFile)); errors.Is(err, fs.ErrNotExist) && cfg.Database.URL == "" {
		return nil
	}
	db, err := storage.Open(ctx, databaseURL(e.data, cfg.Database))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return f(db)
}

// choose returns the engine of the version asked for, or nil when there are no
// own wordings.
func (b heardBy) choose(ctx context.Context, ears *ears, db *storage.DB) (*language.Engine, error) {
	live, there, err := analysisdb.Live(ctx, db)
	if err != nil {
		return nil, err
	}
	switch n, err := strconv.Atoi(b.LexiconVersion); {
	case b.LexiconVersion == "" && there:
		return ears.compile(live.Texts)
	case b.LexiconVersion == "" || b.LexiconVersion == "0":
		return nil, nil
	case err == nil && len(b.LexiconVersion) < 12:
		l, err := analysisdb.New(db).Lexicon(ctx, n)
		if err != nil {
			return nil, err
		}
		return ears.compile(l.Texts)
	}
	return b.named(ctx, ears, analysisdb.New(db))
}

// named returns the engine whose version is the one asked for.
func (b heardBy) named(ctx context.Context, ears *ears, store *analysisdb.Store) (*language.Engine, error) {
	bare, err := ears.compile(nil)
	if err != nil || bare.Version() == b.LexiconVersion {
		return bare, err
	}
	versions, err := store.Lexicons(ctx)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		l, err := store.Lexicon(ctx, v.Number)
		if err != nil {
			return nil, err
		}
		if hear, err := ears.compile(l.Texts); err == nil && hear.Version() == b.LexiconVersion {
			return hear, nil
		}
	}
	return nil, unknownVersion(b.LexiconVersion)
}

func unknownVersion(v string) error {
	return fault.New(fault.NotFound, "lexicon.unknown", fault.Args{"number": v})
}

// openEars brings the wordings in force in the database to the ears. Wordings
// that this program cannot read any more must not keep the centre shut: it goes
// on without them, and says so.
func (h *house) openEars(ctx context.Context) error {
	h.lexicons = analysisdb.New(h.db)
	live, _, err := analysisdb.Live(ctx, h.db)
	if err != nil {
		return err
	}
	h.inForce = live.Number
	if h.ears, err = openEars(h.dir, live.Texts); err == nil || len(live.Texts) == 0 {
		return err
	}
	h.log.Error("the centre's own wordings cannot be read; the built-in ones are heard", "version", live.Number, "error", err)
	h.ears, err = openEars(h.dir, nil)
	return err
}

// lexiconChannel is where nodes tell one another that other wordings are in
// force.
const lexiconChannel = "lexicon"

var noticeOfRelease = event.Notice{Topic: "released"}

// followEvery is how often a node looks by itself: a notice can be missed.
const followEvery = time.Minute

// Released brings what the database has in force to this node's ears and tells
// the others. Pages call it after a release.
func (h *house) Released(ctx context.Context) error {
	if err := h.follow(ctx); err != nil {
		return err
	}
	return h.bus.Live().Publish(lexiconChannel, noticeOfRelease)
}

// follow hears by what the database has in force.
func (h *house) follow(ctx context.Context) error {
	live, _, err := analysisdb.Live(ctx, h.db)
	if err != nil {
		return err
	}
	h.following.Lock()
	defer h.following.Unlock()
	if live.Number == h.inForce {
		return nil
	}
	hear, err := h.ears.compile(live.Texts)
	if err != nil {
		return err
	}
	h.ears.language.Put(hear)
	h.inForce = live.Number
	h.log.Info("other wordings are in force", "number", live.Number, "lexicon", hear.Version())
	return nil
}

// followOthers keeps this node's ears in step with the other nodes until ctx
// ends.
func (h *house) followOthers(ctx context.Context) error {
	notices, err := h.bus.Live().Subscribe(lexiconChannel)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	h.closers = append(h.closers, func() error { stop(); return nil })
	go func() {
		defer notices.Close()
		tick := time.NewTicker(followEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-notices.C:
			case <-tick.C:
			}
			if err := h.follow(ctx); err != nil && ctx.Err() == nil {
				h.log.ErrorContext(ctx, "the released wordings cannot be heard", "error", err)
			}
		}
	}()
	return nil
}

// labelled reads the built-in labelled utterances; they are read once.
var labelled = sync.OnceValues(func() ([]measure.Item, error) {
	names, err := fs.Glob(content.Labelled, "labelled/*.jsonl")
	if err != nil {
		return nil, err
	}
	var out []measure.Item
	for _, name := range names {
		text, err := fs.ReadFile(content.Labelled, name)
		if err != nil {
			return nil, err
		}
		items, err := measure.Read(name, bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
	}
	return out, nil
})

// lexiconListCmd prints what was in force when.
type lexiconListCmd struct{}

// releaseLine is one release, as the command prints it.
type releaseLine struct {
	Number  int       `json:"number"`
	Lexicon string    `json:"lexicon"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Why     string    `json:"why,omitempty"`
}

// Run prints the releases of the centre's own lexicon, the newest first.
func (lexiconListCmd) Run(ctx context.Context, e *env) error {
	return e.withOwnStore(ctx, func(db *storage.DB) error {
		if there, err := analysisdb.There(ctx, db); !there || err != nil {
			return err
		}
		list, err := analysisdb.New(db).Releases(ctx)
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := writeJSON(e.out, lineOf(r)); err != nil {
				return err
			}
		}
		return nil
	})
}

func lineOf(r analysis.Release) releaseLine {
	return releaseLine{Number: r.Number, Lexicon: r.Version, At: r.At, By: string(r.By), Why: r.Why}
}
