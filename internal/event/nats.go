package event

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// What the bus keeps in NATS: ids on their way, for a day at most.
const (
	streamName   = "LIANXI_EVENTS"
	eventSubject = "lianxi.event."
	liveSubject  = "lianxi.live."
	streamAge    = 24 * time.Hour
	streamBytes  = 256 << 20
	ackWait      = 30 * time.Second
	readyTime    = 30 * time.Second
	clearTime    = 5 * time.Second
	clusterUser  = "lianxi" // the secret is the password
)

// connect starts the embedded NATS or finds the external one, and makes sure
// that it has our stream.
func (b *Bus) connect(ctx context.Context) error {
	target, options := b.opt.Server, []nats.Option{nats.Name("lianxi"), nats.MaxReconnects(-1), nats.RetryOnFailedConnect(false)}
	if target == "" {
		if err := b.embed(); err != nil {
			return err
		}
		options = append(options, nats.InProcessServer(b.server))
		if b.opt.Cluster.Listen != "" {
			options = append(options, nats.UserInfo(clusterUser, b.opt.Cluster.Secret))
		}
	}
	var err error
	if b.conn, err = nats.Connect(target, options...); err != nil {
		return err
	}
	if b.js, err = jetstream.New(b.conn); err != nil {
		return err
	}
	if b.server != nil && b.opt.Cluster.Listen == "" {
		// Nobody but us was here: what a killed process had taken and not
		// answered would hold up the rest until NATS gave up on it, and all
		// that is not done is sent again anyway.
		if err := b.js.DeleteStream(ctx, streamName); err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
			return err
		}
	}
	return b.settled(ctx, func(ctx context.Context) error {
		_, err := b.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
			Name: streamName, Subjects: []string{eventSubject + ">"}, Storage: jetstream.FileStorage,
			Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld,
			MaxAge: streamAge, MaxBytes: streamBytes, Replicas: b.opt.Cluster.Replicas, AllowDirect: true,
		})
		return err
	})
}

// settled calls fn until it succeeds. A cluster that has just started has no
// leader yet, and a server that has just deleted its stream may take the folder
// away from under the new one. It gives up after readyTime, on a single node
// after clearTime.
func (b *Bus) settled(ctx context.Context, fn func(context.Context) error) error {
	patience := clearTime
	if len(b.opt.Cluster.Routes) > 0 {
		patience = readyTime
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		try, end := context.WithTimeout(ctx, 2*time.Second) // without a leader nobody answers
		err := fn(try)
		end()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

// embed starts a NATS inside of this process. It opens no port unless it is
// part of a cluster.
func (b *Bus) embed() error {
	if b.opt.Dir == "" {
		return errors.New("event: Options name neither a folder nor a server")
	}
	o := &natsserver.Options{
		ServerName: "lianxi", DontListen: true, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: b.opt.Dir, JetStreamMaxStore: 2 * streamBytes, JetStreamMaxMemory: 64 << 20,
	}
	if err := b.opt.Cluster.apply(o); err != nil {
		return err
	}
	server, err := natsserver.NewServer(o)
	if err != nil {
		return err
	}
	b.server = server
	log := serverLog{b.opt.Log, make(chan string, 1)}
	server.SetLoggerV2(log, false, false, false)
	server.Start()
	for end := time.Now().Add(readyTime); time.Now().Before(end); {
		if server.ReadyForConnections(100 * time.Millisecond) {
			return nil
		}
		select {
		case reason := <-log.fatal:
			return errors.New("event: the embedded NATS does not start: " + reason)
		default:
		}
	}
	return errors.New("event: the embedded NATS does not start")
}

func (c Cluster) apply(o *natsserver.Options) error {
	if c.Listen == "" {
		return nil
	}
	if c.Name == "" || c.Secret == "" {
		return errors.New("event: a node of a cluster needs a name and the secret")
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	// Routes wait for a client port, so a node has one; in-process connections
	// do not use it, and nobody else knows the password.
	o.DontListen, o.Host, o.Port = false, "127.0.0.1", natsserver.RANDOM_PORT
	o.Username, o.Password = clusterUser, c.Secret
	o.ServerName = c.Name
	o.Cluster = natsserver.ClusterOpts{Name: "lianxi", Host: host, Port: number, Username: clusterUser, Password: c.Secret}
	for _, r := range c.Routes {
		o.Routes = append(o.Routes, &url.URL{Scheme: "nats", Host: r, User: url.UserPassword(clusterUser, c.Secret)})
	}
	return nil
}

// serverLog hands what the embedded server complains of to our log, and why it
// cannot go on to fatal.
type serverLog struct {
	log   *slog.Logger
	fatal chan string
}

func (serverLog) Noticef(string, ...any) {}
func (serverLog) Debugf(string, ...any)  {}
func (serverLog) Tracef(string, ...any)  {}

func (l serverLog) Warnf(format string, args ...any) {
	l.log.Warn("nats", "text", fmt.Sprintf(format, args...))
}

func (l serverLog) Errorf(format string, args ...any) {
	l.log.Error("nats", "text", fmt.Sprintf(format, args...))
}

func (l serverLog) Fatalf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	l.log.Error("nats", "text", text)
	select {
	case l.fatal <- text:
	default: // the first reason is the one that counts
	}
}
