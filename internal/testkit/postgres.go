//go:build unix

package testkit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// startTime is how long a PostgreSQL may take to answer, on a busy machine.
const startTime = 60 * time.Second

// keeper runs the server ($1) on the folder ($2) for as long as its standard
// input is open, that is as long as the test process lives, however it ends.
const keeper = `"$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
	-c shared_buffers=32MB -c max_connections=200 >"$2/log" 2>&1 &
server=$!
read -r _
kill -INT $server
wait $server
rm -rf "$2"`

// errNoPostgreSQL says why there is none; tests are skipped for it.
var errNoPostgreSQL = errors.New("no PostgreSQL here")

// databases numbers the databases of this process.
var databases atomic.Int64

// server starts the one PostgreSQL of this test process at its first use.
var server = sync.OnceValues(startServer)

// cluster is a running server. Its lifeline is the keeper's standard input: we
// never close it, the kernel does when the process ends, also by a kill.
type cluster struct {
	folder   string // of the socket
	lifeline io.WriteCloser
}

// PostgreSQL returns the URL of an empty database that is dropped when the
// test ends. It lives in a server of the test process's own, reached by a
// socket in a temporary folder and ended with the process. Where the binaries
// are missing the test is skipped.
func PostgreSQL(t testing.TB) string {
	t.Helper()
	c, err := server()
	if errors.Is(err, errNoPostgreSQL) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := administer(t.Context(), c.folder, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := administer(context.Background(), c.folder, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return address(c.folder, name)
}

func address(folder, database string) string {
	return "postgres:///" + database + "?" + url.Values{"host": {folder}, "user": {"postgres"}}.Encode()
}

// administer runs one statement outside of a transaction.
func administer(ctx context.Context, folder, statement string) error {
	db, err := sql.Open("pgx", address(folder, "postgres"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// startServer makes a cluster in a temporary folder, starts it and waits until
// it answers.
func startServer() (*cluster, error) {
	binaries, who, err := findServer()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "lianxi-pg-")
	if err != nil {
		return nil, err
	}
	if who != nil {
		if err := os.Chown(folder, int(who.Uid), int(who.Gid)); err != nil {
			return nil, err
		}
	}
	initdb := command(who, filepath.Join(binaries, "initdb"), "-D", filepath.Join(folder, "data"),
		"-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	keep := command(who, "/bin/sh", "-c", keeper, "keeper", filepath.Join(binaries, "postgres"), folder)
	lifeline, err := keep.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := keep.Start(); err != nil {
		return nil, err
	}
	return &cluster{folder, lifeline}, await(folder)
}

// await asks the server until it answers.
func await(folder string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTime)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := administer(ctx, folder, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			log, _ := os.ReadFile(filepath.Join(folder, "log")) // best effort: it explains err
			return fmt.Errorf("PostgreSQL does not answer: %w\n%s", err, log)
		}
	}
}

// findServer returns the folder of the newest server binaries and whom to run
// them as: nobody special, or the user postgres when we are root, as which
// PostgreSQL refuses to run.
func findServer() (string, *syscall.Credential, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", nil, err
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		return "", nil, fmt.Errorf("%w: install Debian's package postgresql", errNoPostgreSQL)
	}
	binaries := filepath.Dir(slices.MaxFunc(found, byVersion))
	if os.Getuid() != 0 {
		return binaries, nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return "", nil, fmt.Errorf("%w: it does not run as root, and there is no user postgres", errNoPostgreSQL)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return "", nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return binaries, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

// byVersion compares …/15/bin/initdb by its number; paths without one are oldest.
func byVersion(a, b string) int {
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))) // not a number: 0
		return n
	}
	return version(a) - version(b)
}

// command prepares a program that runs as who, in a folder everyone may enter,
// with our locale and time zone kept out of it.
func command(who *syscall.Credential, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = "/"
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	// A group of its own: an interrupt from the keyboard is for the tests, and
	// the server is stopped by the keeper when they end.
	c.SysProcAttr = &syscall.SysProcAttr{Credential: who, Setpgid: true}
	return c
}
