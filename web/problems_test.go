package web_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// A hearing collects what a tab complains of.
type hearing struct {
	base string // the origin of the page, beyond which nothing is to be asked

	mu       sync.Mutex
	urls     map[string]string // of requests, by their IDs
	problems []string
	expected []string
	pardoned []string
}

// hear is called with every event of the tab, in order.
func (h *hearing) hear(event any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		switch e.Type {
		case "error", "warning", "assert":
			h.add("console.%s: %s", e.Type, words(e.Args))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		h.add("exception: %s", text)
	case *cdplog.EventEntryAdded: // failed requests, and what Content-Security-Policy stops
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			h.add("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		h.urls[string(e.RequestID)] = e.Request.URL
		h.origin(e.Request.URL)
	case *network.EventWebSocketCreated:
		h.origin(e.URL)
	case *network.EventLoadingFailed:
		if !e.Canceled { // by the page itself
			h.add("request failed: %s %s %s", e.ErrorText, e.BlockedReason, h.urls[string(e.RequestID)])
		}
	}
}

func (h *hearing) origin(address string) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "data" || u.Scheme == "blob" || u.Scheme == "about" {
		return
	}
	if u.Scheme+"://"+u.Host != h.base {
		h.add("request to another origin: %s", address)
	}
}

func (h *hearing) add(format string, args ...any) {
	h.problems = append(h.problems, fmt.Sprintf(format, args...))
}

func words(args []*runtime.RemoteObject) string {
	var list []string
	for _, arg := range args {
		if arg.Description != "" {
			list = append(list, arg.Description)
		} else {
			list = append(list, string(arg.Value))
		}
	}
	return strings.Join(list, " ")
}

// expect says that the page will complain, or has, of what holds these words:
// once at least, or the test fails.
func (p *page) expect(words ...string) {
	p.heard.mu.Lock()
	defer p.heard.mu.Unlock()
	p.heard.expected = append(p.heard.expected, words...)
}

// pardon says that the page may complain of what holds these words: whether it
// does is a matter of luck.
func (p *page) pardon(words ...string) {
	p.heard.mu.Lock()
	defer p.heard.mu.Unlock()
	p.heard.pardoned = append(p.heard.pardoned, words...)
}

// problems are errors and warnings on the console, exceptions that nobody
// caught, requests that failed or were refused, what Content-Security-Policy
// stopped, requests to another origin; without those that were expected or
// pardoned, and with those that were expected in vain.
func (p *page) problems() []string {
	_, _ = p.evaluate("person.frame().then(person.frame)") // what was under way is heard by then
	p.heard.mu.Lock()
	defer p.heard.mu.Unlock()
	var found []string
	met := map[string]bool{}
	for _, problem := range p.heard.problems {
		surprise := true
		for _, words := range slices.Concat(p.heard.expected, p.heard.pardoned) {
			if strings.Contains(problem, words) {
				met[words] = true
				surprise = false
			}
		}
		if surprise {
			found = append(found, problem)
		}
	}
	for _, words := range p.heard.expected {
		if !met[words] {
			found = append(found, fmt.Sprintf("expected in vain: %q", words))
		}
	}
	return found
}

// complaints are the problems so far, for the end of a message.
func (p *page) complaints() string {
	p.heard.mu.Lock()
	defer p.heard.mu.Unlock()
	if len(p.heard.problems) == 0 {
		return ""
	}
	return "\nthe page complained:\n" + strings.Join(p.heard.problems, "\n")
}

// farewell is what each test ends with.
func (p *page) farewell() {
	for _, problem := range p.problems() {
		p.t.Errorf("the page complains: %s", problem)
	}
	if p.t.Failed() {
		p.screenshot("failed/" + strings.NewReplacer("/", "-", " ", "-").Replace(p.t.Name()))
	}
}
