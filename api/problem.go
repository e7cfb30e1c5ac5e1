package api

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/lianxi-cc/lianxi/api/client"
	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/internal/locale"
	"github.com/lianxi-cc/lianxi/staff"
)

// status is the one table from kinds of errors to HTTP.
func status(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Denied:
		return http.StatusForbidden
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// problem tells err in the reader's language.
func problem(p *locale.Printer, err error) *client.Problem {
	code := status(fault.KindOf(err))
	out := &client.Problem{Type: "about:blank", Status: code, Title: title(p, code), Detail: p.Error(err)}
	var e *fault.Error
	if errors.As(err, &e) {
		out.Key, out.Line, out.Column = e.Key, e.At.Line, e.At.Column
	}
	return out
}

// title names a status in the reader's language.
func title(p *locale.Printer, code int) string {
	keys := map[int]string{
		http.StatusBadRequest: "api.title.invalid", http.StatusUnprocessableEntity: "api.title.invalid",
		http.StatusUnauthorized: "api.title.token", http.StatusForbidden: "api.title.denied",
		http.StatusNotFound: "api.title.not-found", http.StatusConflict: "api.title.conflict",
		http.StatusRequestEntityTooLarge: "api.title.large", http.StatusServiceUnavailable: "api.title.unavailable",
	}
	if key, ok := keys[code]; ok {
		return p.Text(key)
	}
	return p.Text("api.title.internal")
}

// localize turns huma's own errors, about parameters and bodies, into ours.
func (d door) localize(ctx huma.Context, _ string, v any) (any, error) {
	model, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	p := d.printer(ctx.Header("Accept-Language"))
	out := &client.Problem{Type: "about:blank", Status: model.Status, Title: title(p, model.Status), Key: "api.request"}
	where, what := "", model.Detail
	if len(model.Errors) > 0 {
		where, what = model.Errors[0].Location, model.Errors[0].Message
	}
	out.Detail = p.Text("api.request", locale.Args{"where": where, "problem": what})
	return out, nil
}

// write answers with a problem outside of huma.
func (d door) write(w http.ResponseWriter, r *http.Request, code int, key string) {
	p := d.printer(r.Header.Get("Accept-Language"))
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(client.Problem{Type: "about:blank", Status: code, Title: title(p, code), Detail: p.Text(key), Key: key}) // who asked may have gone
}

// enter is the middleware that turns a token into an actor, and lets nobody
// pass whose permissions the operation does not ask for.
func (d door) enter(api huma.API, need staff.Permission) func(huma.Context, func(huma.Context)) {
	refuse := func(ctx huma.Context, p *client.Problem) {
		if p.Status >= http.StatusInternalServerError {
			d.Log.ErrorContext(ctx.Context(), "api: token not checked", "path", ctx.URL().Path, "problem", p.Detail)
		}
		if p.Status == http.StatusUnauthorized {
			ctx.SetHeader("WWW-Authenticate", `Bearer realm="lianxi"`)
		}
		ctx.SetHeader("Content-Type", "application/problem+json")
		ctx.SetStatus(p.Status)
		_ = json.NewEncoder(ctx.BodyWriter()).Encode(p) // who asked may have gone
	}
	return func(ctx huma.Context, next func(huma.Context)) {
		p := d.printer(ctx.Header("Accept-Language"))
		secret, ok := bearer(ctx.Header("Authorization"))
		from, _, _ := net.SplitHostPort(ctx.RemoteAddr())
		actor, err := d.Staff.Bearer(ctx.Context(), secret, staff.Origin{Address: from, Agent: ctx.Header("User-Agent")})
		switch {
		case !ok || fault.Is(err, fault.Denied):
			token := fault.New(fault.Denied, "staff.token.bad", nil)
			out := problem(p, token)
			out.Status, out.Title = http.StatusUnauthorized, title(p, http.StatusUnauthorized)
			refuse(ctx, out)
			return
		case err != nil:
			refuse(ctx, problem(p, err))
			return
		case !staff.May(actor, need):
			refuse(ctx, problem(p, fault.New(fault.Denied, "staff.denied", fault.Args{"permission": need.String()})))
			return
		}
		next(huma.WithValue(huma.WithValue(ctx, actorKey{}, actor), printerKey{}, p))
	}
}

// bearer returns the secret of an Authorization header.
func bearer(header string) (string, bool) {
	scheme, secret, ok := strings.Cut(header, " ")
	return strings.TrimSpace(secret), ok && strings.EqualFold(scheme, "Bearer")
}
