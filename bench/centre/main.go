// Command centre measures a whole centre from outside, as people meet it: how
// big the program is, how soon its first page comes, how much memory it takes
// idle and after many practice calls, and how long a practice turn takes while
// many trainees talk at once.
//
//	go run ./bench/centre
//
// Everything runs on this machine, over loopback. The figures depend on it;
// compare figures of one run, not across machines.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// lines is what each trainee says. They are ordinary; the customer answers
// every one.
var lines = []string{
	"您好，工号1023为您服务，请问有什么可以帮您？",
	"给您添麻烦了，我完全理解您的心情。请问您贵姓？",
	"麻烦您提供一下宽带账号，我马上为您查。",
	"请问光猫上现在亮的是什么灯？",
	"请您稍等半分钟，我查一下线路的情况。",
	"让您久等了，谢谢您的耐心等待。",
}

func main() {
	calls := flag.Int("calls", 1000, "practice calls before memory is read again")
	trainees := flag.Int("trainees", 200, "trainees who talk at once")
	think := flag.Duration("think", 3*time.Second, "mean pause of a trainee between two turns")
	flag.Parse()
	if err := run(*calls, *trainees, *think); err != nil {
		fmt.Fprintln(os.Stderr, "centre:", err)
		os.Exit(1)
	}
}

func run(calls, trainees int, think time.Duration) (err error) {
	dir, err := os.MkdirTemp("", "lianxi-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	bin := filepath.Join(dir, "lianxi")
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", bin, "./cmd/lianxi")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	info, err := os.Stat(bin)
	if err != nil {
		return err
	}
	fmt.Printf("binary                          %.1f MB\n", float64(info.Size())/1e6)

	data := filepath.Join(dir, "data")
	if err := coldStarts(bin, data); err != nil {
		return err
	}
	c, err := start(bin, data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	return c.measure(calls, trainees, think)
}

// coldStarts prints the median time from the start of the process to the
// first page, on a centre that exists.
func coldStarts(bin, data string) error {
	var took []time.Duration
	for n := range 6 {
		begin := time.Now()
		c, err := start(bin, data)
		if err != nil {
			return err
		}
		_, err = c.get("/sign-in")
		took = append(took, time.Since(begin))
		if err = errors.Join(err, c.stop()); err != nil {
			return err
		}
		if n == 0 {
			took = nil // the first start makes the centre
		}
	}
	slices.Sort(took)
	fmt.Printf("cold start to first page        %v median of %d (%v … %v)\n", round(took[len(took)/2]), len(took), round(took[0]), round(took[len(took)-1]))
	return nil
}

// centre is a running process and a browser that is signed in to it.
type centre struct {
	cmd  *exec.Cmd
	url  string
	http *http.Client
}

// start runs the program until it has printed its address.
func start(bin, data string) (*centre, error) {
	cmd := exec.Command(bin, "serve", "--demo", "--data", data, "--listen", "127.0.0.1:0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	var first struct {
		URL string `json:"url"`
	}
	if err == nil {
		err = json.Unmarshal(line, &first)
	}
	jar, jarErr := cookiejar.New(nil)
	if err = errors.Join(err, jarErr); err != nil {
		return nil, errors.Join(err, cmd.Process.Kill())
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 1000}
	return &centre{cmd: cmd, url: first.URL, http: &http.Client{Jar: jar, Transport: transport, Timeout: time.Minute}}, nil
}

func (c *centre) stop() error {
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	return c.cmd.Wait()
}

func (c *centre) measure(calls, trainees int, think time.Duration) error {
	if _, err := c.post("/sign-in", url.Values{"name": {"lin"}, "password": {"lianxi-demo-2026"}}); err != nil {
		return err
	}
	time.Sleep(2 * time.Second) // let the start's garbage go
	idle, err := c.resident()
	if err != nil {
		return err
	}
	fmt.Printf("resident, idle                  %.0f MB\n", idle)
	paced, err := c.talk(trainees, trainees, think)
	if err != nil {
		return err
	}
	paced.print(fmt.Sprintf("%d trainees, %v pauses", trainees, think))
	rush, err := c.talk(calls, trainees, 0)
	if err != nil {
		return err
	}
	rush.print(fmt.Sprintf("%d trainees, no pauses", trainees))
	after, err := c.resident()
	if err != nil {
		return err
	}
	fmt.Printf("resident after %4d calls       %.0f MB\n", calls+trainees, after)
	return nil
}

// turns are the durations of practice turns and how long all took.
type turns struct {
	took  []time.Duration
	total time.Duration
}

func (t turns) print(what string) {
	slices.Sort(t.took)
	at := func(share float64) time.Duration { return round(t.took[int(share*float64(len(t.took)-1))]) }
	fmt.Printf("turn, %-26s p50 %v  p99 %v  (%d turns, %.0f/s)\n", what, at(.5), at(.99), len(t.took), float64(len(t.took))/t.total.Seconds())
}

// talk takes calls, so many at once.
func (c *centre) talk(calls, atOnce int, think time.Duration) (turns, error) {
	work := make(chan int)
	var mu sync.Mutex
	var out turns
	var firstErr error
	var wg sync.WaitGroup
	begin := time.Now()
	for range atOnce {
		wg.Go(func() {
			for n := range work {
				took, err := c.call(n, think)
				mu.Lock()
				out.took = append(out.took, took...)
				firstErr = errors.Join(firstErr, err)
				mu.Unlock()
			}
		})
	}
	for n := range calls {
		work <- n
	}
	close(work)
	wg.Wait()
	out.total = time.Since(begin)
	return out, firstErr
}

// call holds one practice call and returns how long each turn took.
func (c *centre) call(n int, think time.Duration) ([]time.Duration, error) {
	pause(think) // trainees do not begin together
	at, err := c.post("/practice/calls", url.Values{"scenario": {"zh-broadband-down"}, "notes": {"after"}, "seed": {fmt.Sprint(n)}})
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for _, line := range lines {
		pause(think)
		begin := time.Now()
		if _, err := c.post(at+"/lines", url.Values{"text": {line}}); err != nil {
			if strings.Contains(err.Error(), "409") {
				return took, nil // the customer hung up
			}
			return took, err
		}
		took = append(took, time.Since(begin))
	}
	_, err = c.post(at+"/end", nil)
	if err != nil && strings.Contains(err.Error(), "409") {
		err = nil
	}
	return took, err
}

func pause(mean time.Duration) {
	if mean > 0 {
		time.Sleep(time.Duration(rand.ExpFloat64() * float64(mean)))
	}
}

func (c *centre) get(path string) (string, error) {
	res, err := c.http.Get(c.url + path)
	return c.read(res, err)
}

func (c *centre) post(path string, form url.Values) (string, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := c.http.Do(req)
	return c.read(res, err)
}

// read returns the path of the page that answered.
func (c *centre) read(res *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	_, err = io.Copy(io.Discard, res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return "", err
	}
	if res.StatusCode >= 400 {
		return "", fmt.Errorf("%s: %s", res.Request.URL.Path, res.Status)
	}
	return res.Request.URL.Path, nil
}

// resident returns the resident memory of the process in MB (Linux).
func (c *centre) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			var kb float64
			_, err := fmt.Sscan(rest, &kb)
			return kb * 1024 / 1e6, err
		}
	}
	return 0, errors.New("no VmRSS")
}

func round(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }
