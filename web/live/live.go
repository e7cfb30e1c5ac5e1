// Package live tells open pages that something is new: one stream of events
// for each reader, as server-sent events.
package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/lianxi-cc/lianxi/flow"
	"github.com/lianxi-cc/lianxi/internal/event"
	"github.com/lianxi-cc/lianxi/web/visit"
)

// Pages are the streams. Live gives the notices of the bus, once it runs.
type Pages struct{ Live func() *event.Live }

// breath is how often a quiet stream says that it is alive, so that nobody
// between takes it for dead.
const breath = 25 * time.Second

// Stream sends the reader's notices until she leaves. The event's name is the
// notice's topic, its data the key and what came with it.
func (p Pages) Stream(v *visit.Visit) error {
	sub, err := p.Live().Subscribe(flow.LiveChannel(v.Person.ID))
	if err != nil {
		return err
	}
	defer sub.Close()
	h := v.Writer.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	control := http.NewResponseController(v.Writer)
	send := func(text string) bool {
		_, err := fmt.Fprint(v.Writer, text)
		return err == nil && control.Flush() == nil
	}
	tick := time.NewTicker(breath)
	defer tick.Stop()
	for ok := send(": here\n\n"); ok; {
		select {
		case <-v.Context().Done():
			return nil
		case n := <-sub.C:
			ok = send(text(n))
		case <-tick.C:
			ok = send(":\n\n")
		}
	}
	return nil
}

// text is a notice as an event of the stream.
func text(n event.Notice) string {
	data, err := json.Marshal(struct {
		Key  string          `json:"key"`
		Data json.RawMessage `json:"data,omitempty"`
	}{n.Key, n.Data})
	if err != nil || strings.ContainsAny(n.Topic, "\r\n") {
		return ":\n\n" // not one of ours
	}
	return "event: " + n.Topic + "\ndata: " + string(data) + "\n\n"
}
