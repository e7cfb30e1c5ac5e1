package visit

import (
	"net/http"
	"net/url"

	"github.com/lianxi-cc/lianxi/internal/fault"
	"github.com/lianxi-cc/lianxi/web/ui"
)

// statuses is the one table from kinds of errors to HTTP.
func statuses(k fault.Kind) int {
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

// fail tells the reader about an error, as a page or, to a script, in a
// header; what is ours to mend goes into the log.
func (d *Door) fail(v *Visit, err error) {
	kind := fault.KindOf(err)
	status := statuses(kind)
	if status >= http.StatusInternalServerError {
		d.Log.ErrorContext(v.Context(), "page failed", "method", v.Request.Method, "path", v.Request.URL.Path, "error", err)
	}
	text := v.Error(err)
	if v.Part() {
		v.Writer.Header().Set("X-Error", url.PathEscape(text))
		http.Error(v.Writer, text, status)
		return
	}
	_ = v.ShowStatus(status, ui.Trouble(v.Reader, kindName(kind), text))
}

func kindName(k fault.Kind) string {
	switch k {
	case fault.NotFound:
		return "not-found"
	case fault.Denied:
		return "denied"
	case fault.Conflict:
		return "conflict"
	case fault.Invalid:
		return "invalid"
	case fault.Unavailable:
		return "unavailable"
	default:
		return "internal"
	}
}

// NotFound is the page of a path that leads nowhere.
func NotFound(*Visit) error { return fault.New(fault.NotFound, "web.error.no-page", nil) }
