package event

import (
	"encoding/json"
	"sync"
	"sync/atomic"

	"github.com/nats-io/nats.go"

	"github.com/lianxi-cc/lianxi/internal/fault"
)

// liveBuffer is how many notices a slow reader may lag behind.
const liveBuffer = 32

// Notice tells a page that something is new. It is a hint, not a fact: who
// reads too slowly or is away misses it, and looks into the database anyway.
type Notice struct {
	Topic string          `json:"topic"`          // what is new: "result", "hint"
	Key   string          `json:"key,omitempty"`  // the id of the thing
	Data  json.RawMessage `json:"data,omitempty"` // small; the page may use it at once
}

// Live sends notices to whoever looks at a channel now, on any node. A channel
// has the form of a topic, in upper case as well: "person.01KAJ3X8W0…".
type Live struct {
	conn *nats.Conn
}

// Live returns the notices of a bus that has been started.
func (b *Bus) Live() *Live { return &Live{b.conn} }

// Publish sends n to all who are subscribed to channel at this moment.
func (l *Live) Publish(channel string, n Notice) error {
	subject, err := liveChannel(channel)
	if err != nil {
		return err
	}
	data, err := json.Marshal(n)
	if err != nil {
		return fault.As(fault.Invalid, "event.malformed", err)
	}
	return fault.As(fault.Unavailable, "event.unavailable", l.conn.Publish(subject, data))
}

// Subscription receives the notices of one channel.
type Subscription struct {
	C <-chan Notice // never closed; stop reading after Close

	sub     *nats.Subscription
	once    sync.Once
	dropped atomic.Int64
}

// Subscribe returns a subscription to channel that gets every notice published
// from now on, as long as its reader keeps up. Close it.
func (l *Live) Subscribe(channel string) (*Subscription, error) {
	subject, err := liveChannel(channel)
	if err != nil {
		return nil, err
	}
	notices := make(chan Notice, liveBuffer)
	s := &Subscription{C: notices}
	s.sub, err = l.conn.Subscribe(subject, func(m *nats.Msg) {
		var n Notice
		if json.Unmarshal(m.Data, &n) != nil {
			return // not one of ours
		}
		select {
		case notices <- n:
		default:
			s.dropped.Add(1)
		}
	})
	if err == nil {
		err = l.conn.Flush() // until then the server might not know of us
	}
	return s, fault.As(fault.Unavailable, "event.unavailable", err)
}

// Dropped returns how many notices the reader was too slow for.
func (s *Subscription) Dropped() int64 { return s.dropped.Load() }

// Close ends the subscription. Closing twice is harmless.
func (s *Subscription) Close() {
	s.once.Do(func() { _ = s.sub.Unsubscribe() }) // fails only when the bus is closed, which ends it too
}

// liveChannel returns the subject of channel; Invalid when it holds anything
// that NATS would read as a pattern.
func liveChannel(channel string) (string, error) {
	for i, c := range []byte(channel) {
		word := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
		dot := c == '.' && i > 0 && i < len(channel)-1 && channel[i-1] != '.'
		if !word && !dot {
			return "", fault.New(fault.Invalid, "event.malformed", fault.Args{"topic": channel})
		}
	}
	if channel == "" {
		return "", fault.New(fault.Invalid, "event.malformed", fault.Args{"topic": channel})
	}
	return liveSubject + channel, nil
}
