package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lianxi-cc/lianxi/analysis/analysisdb"
	"github.com/lianxi-cc/lianxi/conversation/conversationdb"
	"github.com/lianxi-cc/lianxi/flow"
	"github.com/lianxi-cc/lianxi/internal/config"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/openai"
	"github.com/lianxi-cc/lianxi/internal/storage"
	"github.com/lianxi-cc/lianxi/scenario"
	"github.com/lianxi-cc/lianxi/scenario/llm"
	"github.com/lianxi-cc/lianxi/scenario/scenariodb"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/score/scoredb"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/scorecard/scorecarddb"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/skill/keyfile"
	"github.com/lianxi-cc/lianxi/skill/skilldb"
	"github.com/lianxi-cc/lianxi/staff"
	"github.com/lianxi-cc/lianxi/staff/staffdb"
	"github.com/lianxi-cc/lianxi/training"
	"github.com/lianxi-cc/lianxi/training/trainingdb"
)

// hashesAtOnce bounds the memory that sign-ins take: 19 MiB each.
const hashesAtOnce = 4

// house is an open centre: everything that the doors need, wired in the order
// in which a conversation flows through it.
type house struct {
	dir string
	cfg config.Config
	log *slog.Logger

	db       *storage.DB
	lexicons *analysisdb.Store
	ears     *ears
	ids      *id.Source
	people   *staff.Service

	following sync.Mutex // guards inForce
	inForce   int        // the number of the own lexicon that the ears hear by

	scenarios     *scenario.Library
	calls         *training.Calls
	conversations *conversationdb.Store
	cards         *scorecard.Service
	judge         *engine.Engine
	results       *scoredb.Store
	archive       *skill.Service

	bus *event.Bus

	closers []func() error
}

// opening says what a house is opened for.
type opening int

const (
	toServe       opening = iota // needs the signing key, and makes the first one
	toServeNewKey                // makes a new one where an old one was lost
	toRead                       // signs nothing and makes no key
)

// openHouse opens the centre in the data folder dir, making what is missing.
// Close it. The bus is not started: add what listens, then Start it.
func openHouse(ctx context.Context, dir string, cfg config.Config, log *slog.Logger, how opening) (h *house, err error) {
	h = &house{dir: dir, cfg: cfg, log: log, ids: id.NewSource(time.Now, rand.Reader)}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.Close())
			h = nil
		}
	}()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return h, &fault.Error{Kind: fault.Unavailable, Key: "cli.data", Args: fault.Args{"dir": dir, "problem": cause(err)}, Err: err}
	}
	if err := h.openDatabase(ctx); err != nil {
		return h, err
	}
	if err := h.openEars(ctx); err != nil {
		return h, err
	}
	h.people = staff.NewService(staffdb.New(h.db), staff.Options{Now: time.Now, Rand: rand.Reader,
		Hasher: staff.NewHasher(staff.DefaultCost(), hashesAtOnce, rand.Reader), Provision: provision(cfg.OIDC)})
	if err := h.openPractice(ctx, how); err != nil {
		return h, err
	}
	h.conversations = conversationdb.New(h.db, h.ids)
	if err := h.openCards(ctx, how); err != nil {
		return h, err
	}
	h.results = scoredb.New(h.db, h.ids)
	if err := h.openArchive(ctx, how); err != nil {
		return h, err
	}
	h.openBus()
	return h, nil
}

// existingHouse opens the centre in the data folder, which must be there: a
// mistyped folder must not become a new centre.
func (e *env) existingHouse(ctx context.Context, how opening) (*house, error) {
	cfg, err := e.loadConfig()
	if err != nil {
		return nil, err
	}
	dir := e.dataDir()
	if _, err := os.Stat(filepath.Join(dir, databaseFile)); err != nil && cfg.Database.URL == "" {
		return nil, &fault.Error{Kind: fault.NotFound, Key: "cli.data.none", Args: fault.Args{"dir": dir}, Err: err}
	}
	return openHouse(ctx, dir, cfg, newLog(e.err, cfg.Log), how)
}

func (h *house) openDatabase(ctx context.Context) (err error) {
	if h.db, err = storage.Open(ctx, databaseURL(h.dir, h.cfg.Database)); err != nil {
		return err
	}
	h.closers = append(h.closers, h.db.Close)
	return h.db.Migrate(ctx, migrations()...)
}

// databaseURL is where the centre's database lies.
func databaseURL(dir string, c config.Database) string {
	if c.URL != "" {
		return string(c.URL)
	}
	return filepath.Join(dir, databaseFile)
}

// migrations are the tables of every domain.
func migrations() []storage.Migrations {
	return []storage.Migrations{event.Migrations(), staffdb.Migrations(), scenariodb.Migrations(), trainingdb.Migrations(), conversationdb.Migrations(), analysisdb.Migrations(),
		scorecarddb.Migrations(), scoredb.Migrations(), skilldb.Migrations()}
}

// provision is what strangers become whom the identity provider knows.
func provision(c config.OIDC) staff.Roles {
	if c.AutoCreate {
		return staff.RolesOf(staff.Trainee)
	}
	return 0
}

// openPractice makes the practice desk over the centre's scenarios, and brings
// those of the content into the centre.
func (h *house) openPractice(ctx context.Context, how opening) error {
	h.scenarios = scenario.NewLibrary(scenariodb.New(h.db), h.ears.content, scenario.LibraryOptions{Known: h.scenariosMayName, Now: time.Now})
	if how != toRead {
		if err := h.scenarios.Install(ctx); err != nil {
			return err
		}
	}
	h.calls = training.NewCalls(trainingdb.New(h.db, h.ids), h.scenarios, h.ears.language.Acts, time.Now, h.ids)
	limits, err := training.LoadLimits(h.ears.content)
	if err != nil {
		return err
	}
	h.calls.Examine(training.Exams{Limits: limits, Seed: drawForm})
	if h.cfg.Privacy.Mask {
		h.calls.MaskPersonal()
	}
	if h.cfg.Model.URL == "" {
		return nil
	}
	model, err := openModel(h.cfg.Model)
	if err != nil {
		return err
	}
	h.calls.WordBy(llm.New(model.Chat, time.Now, h.log))
	return nil
}

// forms is how many forms of a scenario are drawn among: so few that people can
// read one out, and type it on the scenario's bench.
const forms = 100_000

func drawForm() uint64 { return mathrand.Uint64N(forms) }

// scenariosMayName is what a scenario may name of other domains.
func (h *house) scenariosMayName(ctx context.Context) (scenario.Known, error) {
	competencies, err := scorecard.LoadCompetencies(h.ears.content)
	if err != nil {
		return scenario.Known{}, err
	}
	cards, err := h.cards.All(ctx)
	known := scenario.Known{Competencies: scorecard.IDs(competencies)}
	for _, c := range cards {
		known.Scorecards = append(known.Scorecards, c.ID)
	}
	return known, err
}

// openModel returns the client of the configured language model.
func openModel(c config.Model) (*openai.Client, error) {
	return openai.New(openai.Config{URL: c.URL, Key: string(c.Key), Model: c.Name, Timeout: c.Wait()})
}

// openCards makes the judge, and brings the content's cards into the centre.
func (h *house) openCards(ctx context.Context, how opening) (err error) {
	if h.judge, err = h.ears.engine(); err != nil {
		return err
	}
	known, err := h.ears.known()
	if err != nil {
		return err
	}
	h.cards = scorecard.NewService(scorecarddb.New(h.db), scorecard.Options{Known: known, Now: time.Now})
	if how == toRead {
		return nil
	}
	return h.cards.Install(ctx, h.judge.Cards())
}

// openArchive reads the signing key, or makes it, and lets the witnesses catch
// up: the audit log, and a file beside the key.
func (h *house) openArchive(ctx context.Context, how opening) error {
	key, err := h.signingKey(ctx, how)
	if err != nil {
		return err
	}
	h.archive = skill.NewService(skilldb.New(h.db), skill.Options{Now: time.Now, Rand: rand.Reader, People: h.people,
		Key: key.Private, Trusted: key.Trusted, Audit: h.people,
		Witnesses: []skill.Witness{skill.InAudit{Log: h.people}, keyfile.NewWitness(witnessFile(h.dir, h.cfg.Archive))}})
	if how == toRead {
		return nil
	}
	return h.archive.Witness(ctx)
}

// signingKey reads the archive's signing key or makes the first one. Where
// entries were signed by a key that is gone, nobody may go on unawares.
func (h *house) signingKey(ctx context.Context, how opening) (keyfile.Key, error) {
	file := keyFile(h.dir, h.cfg.Archive)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		if how == toRead {
			return readingKey(file)
		}
		if err := h.mayMakeKey(ctx, file, how); err != nil {
			return keyfile.Key{}, err
		}
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return keyfile.Key{}, &fault.Error{Kind: fault.Unavailable, Key: "cli.file", Args: fault.Args{"file": file, "problem": cause(err)}, Err: err}
	}
	key, err := keyfile.Load(file, rand.Reader)
	if err == nil && key.Made {
		h.log.Warn("made the archive's signing key; keep a copy elsewhere", "file", file)
	}
	return key, err
}

// mayMakeKey refuses a new key beside entries that another one signed.
func (h *house) mayMakeKey(ctx context.Context, file string, how opening) error {
	if how == toServeNewKey {
		return nil
	}
	return skilldb.New(h.db).View(ctx, func(v skill.View) error {
		last, err := v.LastHead(ctx)
		if err == nil && last.N > 0 {
			err = fault.New(fault.Conflict, "cli.key.lost", fault.Args{"file": file})
		}
		return err
	})
}

// readingKey is a key for who only reads: what was signed before is verified
// by the public keys, and nothing is signed.
func readingKey(file string) (keyfile.Key, error) {
	trusted, err := keyfile.LoadPublic(keyfile.Public(file))
	if err != nil {
		return keyfile.Key{}, err
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	return keyfile.Key{Private: private, Trusted: trusted}, err
}

func (h *house) openBus() {
	b := h.cfg.Bus
	h.bus = event.NewBus(h.db, event.Options{Dir: filepath.Join(h.dir, "bus"), Server: string(b.NATSURL), Log: h.log,
		Cluster: event.Cluster{Name: b.ClusterNode, Listen: b.ClusterListen, Routes: b.ClusterRoutes, Secret: string(b.ClusterSecret)}})
	h.closers = append(h.closers, h.bus.Close)
	story := flow.Flow{Calls: h.calls, Conversations: h.conversations, Cards: h.cards, Judge: h.judge, Results: h.results, Archive: h.archive,
		IDs: h.ids, Live: h.bus.Live, Mask: h.cfg.Privacy.Mask}
	story.Subscribe(h.bus)
}

// Start begins to carry events.
func (h *house) Start(ctx context.Context) error {
	if err := h.bus.Start(ctx); err != nil {
		return err
	}
	if err := h.followOthers(ctx); err != nil {
		return err
	}
	h.ringTheBell(ctx)
	return nil
}

// bellEvery is how often the house looks for calls whose time is over. Whoever is
// on one is cut off at once; this is for those whose page was closed.
const bellEvery = 5 * time.Second

// ringTheBell ends overdue calls until the house is closed; also those that ran
// out while it was.
func (h *house) ringTheBell(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	h.closers = append(h.closers, func() error { stop(); <-done; return nil })
	go func() {
		defer close(done)
		tick := time.NewTicker(bellEvery)
		defer tick.Stop()
		for {
			if _, err := h.calls.EndOverdue(ctx); err != nil && ctx.Err() == nil {
				h.log.ErrorContext(ctx, "calls whose time is over cannot be ended", "error", err)
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
}

// Close closes what was opened, last first.
func (h *house) Close() error {
	var errs []error
	for i := len(h.closers) - 1; i >= 0; i-- {
		errs = append(errs, h.closers[i]())
	}
	h.closers = nil
	return errors.Join(errs...)
}

// newLog returns the log on w, as configured.
func newLog(w io.Writer, c config.Log) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // checked by config.Parse
	opts := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}
