// Package api is the door for programs: JSON under /api/v1, described by an
// OpenAPI 3.1 document. A program shows a bearer token; it can do what the
// token's person can, within the token's scopes, by the same permission table
// as the pages.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/lianxi-cc/lianxi/conversation"
	"github.com/lianxi-cc/lianxi/internal/id"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/score"
	"github.com/lianxi-cc/lianxi/score/engine"
	"github.com/lianxi-cc/lianxi/scorecard"
	"github.com/lianxi-cc/lianxi/skill"
	"github.com/lianxi-cc/lianxi/staff"
)

// Prefix is where the API lies.
const Prefix = "/api/v1"

// Deps is what the API needs of the house.
type Deps struct {
	Staff         *staff.Service
	Conversations conversation.Store
	Cards         *scorecard.Service
	Judge         *engine.Engine
	Results       score.Store
	Archive       *skill.Service

	IDs       *id.Source
	Catalogue *locale.Catalogue
	Zone      *time.Location // of the centre, for times in messages
	Now       func() time.Time
	Mask      bool // personal data in what is brought in is masked before it is stored
	Log       *slog.Logger
}

// door holds what the operations share.
type door struct{ Deps }

// New returns the handler of everything below Prefix.
func New(d Deps) http.Handler {
	mux := http.NewServeMux()
	d.routes(humago.NewWithPrefix(mux, Prefix, d.config()))
	mux.HandleFunc(Prefix+"/", d.nowhere)
	return d.guard(mux)
}

// guard keeps answers, which are personal, out of caches, and turns a defect
// into an answer instead of a broken connection.
func (d Deps) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if defect := recover(); defect != nil {
				d.Log.ErrorContext(r.Context(), "api: defect", "path", r.URL.Path, "defect", defect, "stack", string(debug.Stack()))
				door{d}.write(w, r, http.StatusInternalServerError, "api.title.internal")
			}
		}()
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// config describes the API. There is no page of documentation: it would load
// its scripts from another host.
func (d Deps) config() huma.Config {
	c := huma.DefaultConfig("Lianxi 练席", "1")
	c.Info.Description = "People, conversations with their results, and skill archives of a contact centre. " +
		"Positions in texts count Unicode code points."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: Prefix}}
	c.DocsPath, c.SchemasPath = "", ""
	c.CreateHooks = nil // no $schema in answers: they are what the client's types say
	c.RejectUnknownQueryParameters = true
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A token from the page of one's own account."},
	}
	c.Transformers = []huma.Transformer{door{d}.localize}
	return c
}

// nowhere answers for a path that leads nowhere.
func (d Deps) nowhere(w http.ResponseWriter, r *http.Request) {
	door{d}.write(w, r, http.StatusNotFound, "api.path")
}

// actorKey is where the context keeps the actor.
type actorKey struct{}

// actorOf returns who asks.
func actorOf(ctx context.Context) staff.Actor {
	a, _ := ctx.Value(actorKey{}).(staff.Actor)
	return a
}

// printerKey is where the context keeps the reader's language.
type printerKey struct{}

func (d door) printer(accept string) *locale.Printer {
	return d.Catalogue.Printer(d.Catalogue.Match("", accept), d.Zone)
}
