package web_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"kycmock/mockserver"
	"kycmock/mockserver/clock"
)

//go:embed testdata/person.js
var personScript string

const (
	width, height = 1280, 800
	// patience is how long a test waits for what does not come, in real time.
	patience = 10 * time.Second
	// screenshots is where pictures go, for people and as artefacts of CI.
	screenshots = "screenshots"
)

// A page is a tab, and a person before it: who finds buttons, links and fields
// by their names, reads what is visible, and waits a while for what is to come.
// A test fails, when it ends, for whatever the page has complained of that the
// test did not expect: see problems.
type page struct {
	t     testing.TB
	ctx   context.Context
	base  string
	mock  *mockserver.Mock // nil in a tab that openAt opened
	scope string           // a selector: where names and words are looked for
	heard *hearing
}

// open starts a mock of the test's own, whose clock stands still unless c has
// another, and opens a tab at the route, such as "/deliveries".
func open(t testing.TB, c mockserver.Config, route string) *page {
	t.Helper()
	mock := mockserver.Test(t, c)
	p := openAt(t, mock.URL, route)
	p.mock = mock
	return p
}

// noon is where clocks of these tests begin.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func openAtNoon(t *testing.T, route string) *page {
	t.Helper()
	c := clock.New(noon, 0)
	t.Cleanup(c.Close)
	return open(t, mockserver.Config{Clock: c}, route)
}

// openAt opens a tab at a route of whatever is served at base, such as a server
// before the mock that can cut its connections.
func openAt(t testing.TB, base, route string) *page {
	t.Helper()
	browser, err := shared.start()
	if err != nil {
		t.Fatalf("starting the browser: %v", err)
	}
	p := &page{t: t, base: base, scope: "html", heard: &hearing{base: base, urls: map[string]string{}}}
	ctx, end := chromedp.NewContext(browser, chromedp.WithNewBrowserContext(), chromedp.WithListener(p.heard.hear))
	p.ctx = ctx
	t.Cleanup(func() {
		p.farewell()
		end()
	})
	if err := chromedp.Do(ctx); err != nil { // it lives as long as ctx, and what do makes does not
		t.Fatalf("opening a tab: %v", err)
	}
	call(p, cdpage.AddScriptToEvaluateOnNewDocument, cdpage.AddScriptToEvaluateOnNewDocumentParams{Source: personScript})
	call(p, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	p.resize(width, height)
	p.do("opening "+base, chromedp.Navigate(p.url(route)))
	return p
}

func (p *page) url(route string) string {
	if route == "" {
		return p.base + "/"
	}
	return p.base + "/#" + route
}

// in is the same page, whose names and words are looked for in one part of it.
func (p *page) in(selector string) *page {
	part := *p
	part.scope = selector
	return &part
}

// visit goes to another route by the address bar.
func (p *page) visit(route string) {
	p.t.Helper()
	p.do("visiting "+route, chromedp.Navigate(p.url(route)))
}

// route is what the address bar shows after the #.
func (p *page) route() string {
	p.t.Helper()
	var hash string
	p.eval("location.hash", &hash)
	return strings.TrimPrefix(hash, "#")
}

func (p *page) reload() {
	p.t.Helper()
	p.do("reloading", chromedp.Reload())
}

func (p *page) back() {
	p.t.Helper()
	p.eval("history.back()", nil)
}

// eval evaluates an expression in the page, waits for it if it is a promise,
// and decodes its value into out unless that is nil.
func (p *page) eval(js string, out any) {
	p.t.Helper()
	value, err := p.evaluate(js)
	if err == nil && out != nil {
		err = json.Unmarshal(value, out)
	}
	if err != nil {
		p.t.Fatalf("evaluating %.200s: %v", js, err)
	}
}

func (p *page) evaluate(js string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(p.ctx, 3*patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[[]byte]("person.hold(("+js+"))", chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
}

// do acts on the tab; doing is for the message when that cannot be done.
func (p *page) do(doing string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 3*patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v", doing, err)
	}
}

// screenshot keeps what is seen as NAME.png among the screenshots.
func (p *page) screenshot(name string) {
	p.t.Helper()
	p.eval("document.fonts.ready.then(person.frame).then(person.frame)", nil)
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		path := filepath.Join(screenshots, name+".png")
		if err = os.MkdirAll(filepath.Dir(path), 0o755); err == nil {
			err = os.WriteFile(path, picture, 0o644)
		}
	}
	if err != nil {
		p.t.Errorf("taking the screenshot %s: %v", name, err)
	}
}
