package web_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// shared is the one browser of this test binary: its start costs as much as a
// dozen tabs. Each test has a tab of its own in it, with nothing in common.
var shared chromium

func TestMain(m *testing.M) {
	code := m.Run()
	if err := shared.stop(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, "ending the browser:", err)
		code = 1
	}
	os.Exit(code)
}

// A chromium is a browser that starts when it is first needed.
type chromium struct {
	once sync.Once
	ctx  context.Context // in which tabs are opened
	wait func()          // until the process has ended
	err  error
}

// start returns the context in which tabs are opened.
func (c *chromium) start() (context.Context, error) {
	c.once.Do(func() {
		path, err := browserPath()
		if err != nil {
			c.err = err
			return
		}
		// It has a new folder for its data, and dies with this process.
		ctx, wait := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path),
			chromedp.NoSandbox,
			chromedp.DisableGPU,
			chromedp.WindowSize(width, height),
			chromedp.Flag("disable-quic", true),
			chromedp.Flag("disable-component-update", true),
			// Nothing but this machine is ever asked, by the browser itself neither.
			chromedp.Flag("no-proxy-server", true),
			chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		)...)
		c.wait = wait
		c.ctx, _ = chromedp.NewContext(ctx)
		c.err = chromedp.Do(c.ctx)
	})
	return c.ctx, c.err
}

// stop ends the browser, if it was started, and waits for its end.
func (c *chromium) stop() error {
	if c.ctx == nil {
		return nil
	}
	defer c.wait()
	ctx, cancel := context.WithTimeout(c.ctx, 10*time.Second)
	defer cancel()
	return chromedp.Cancel(ctx)
}

func browserPath() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no chromium, chromium-browser or google-chrome on PATH: `make deps` installs one, or says what to install")
}
