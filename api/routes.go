package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/staff"
)

// maxBody is the largest conversation that may be posted, in bytes. Longer
// ones are for the command line.
const maxBody = 16 << 20

// routes registers every operation of the API; each says which permission lets
// one in. What may be done to a particular thing is decided behind it.
func (d Deps) routes(api huma.API) {
	at := door{d}
	conversationSchemas(api)
	add(at, api, route{http.MethodGet, "/people", "list-people", "People one may know of", staff.PeopleRead}, at.people)
	add(at, api, route{http.MethodGet, "/people/{id}", "get-person", "One person", staff.PeopleRead}, at.person)
	add(at, api, route{http.MethodGet, "/people/{id}/archive", "get-archive", "A person's skill archive", staff.ArchiveRead}, at.archive)
	add(at, api, route{http.MethodPost, "/conversations", "post-conversation", "Bring in a conversation; its result comes at once", staff.ConversationAdd}, at.post)
	add(at, api, route{http.MethodGet, "/conversations", "list-conversations", "Conversations, the latest first", staff.ConversationRead}, at.conversations)
	add(at, api, route{http.MethodGet, "/conversations/{id}", "get-conversation", "One conversation with its results", staff.ConversationRead}, at.conversation)
	describeBody(api, api.OpenAPI().Paths["/conversations"].Post)
}

// route is one line of the list above.
type route struct {
	method, path, name, summary string
	need                        staff.Permission
}

// permissionKey is the metadata of an operation that names its permission.
const permissionKey = "permission"

// add registers an operation: the token is checked, errors are told in the
// reader's language, and the permission stands in the document.
func add[I, O any](d door, api huma.API, r route, handle func(context.Context, *I) (*O, error)) {
	op := huma.Operation{
		OperationID: r.name, Method: r.method, Path: r.path, Summary: r.summary, MaxBodyBytes: maxBody,
		Description: "Needs the permission " + r.need.String() + ".",
		Security:    []map[string][]string{{"token": {}}},
		Middlewares: huma.Middlewares{d.enter(api, r.need)},
		Metadata:    map[string]any{permissionKey: r.need},
		Responses:   problems(api),
	}
	if r.method == http.MethodPost {
		op.SkipValidateBody = true // DecodeJSONL is stricter, and says where
	}
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			p, _ := ctx.Value(printerKey{}).(*locale.Printer)
			told := problem(p, err)
			if told.Status >= http.StatusInternalServerError {
				d.Log.ErrorContext(ctx, "api failed", "operation", r.name, "error", err)
			}
			return nil, told
		}
		return out, nil
	})
}
