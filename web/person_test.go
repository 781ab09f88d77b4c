package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// An answer is what testdata/person.js says: where to click, what is read, or
// why not.
type answer struct {
	Why  string  `json:"why"`
	X    float64 `json:"x"`
	Y    float64 `json:"y"`
	Text string  `json:"text"`
}

// ask calls a function of testdata/person.js that waits by itself.
func (p *page) ask(function string, args ...any) (answer, error) {
	list := []string{fmt.Sprint(patience.Milliseconds())}
	for _, arg := range args {
		text, err := json.Marshal(arg)
		if err != nil {
			return answer{}, err
		}
		list = append(list, string(text))
	}
	value, err := p.evaluate("person." + function + "(" + strings.Join(list, ", ") + ")")
	if err != nil {
		return answer{}, err
	}
	var a answer
	if err := json.Unmarshal(value, &a); err != nil {
		return answer{}, err
	}
	if a.Why != "" {
		return a, errors.New(a.Why)
	}
	return a, nil
}

// see waits until each of these texts is visible; what stands in fields is too.
func (p *page) see(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		if _, err := p.ask("see", p.scope, text, true); err != nil {
			p.t.Fatalf("never saw %q: %v%s", text, err, p.complaints())
		}
	}
}

// gone waits until none of these texts is visible.
func (p *page) gone(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		if _, err := p.ask("see", p.scope, text, false); err != nil {
			p.t.Fatalf("still saw %q: %v%s", text, err, p.complaints())
		}
	}
}

// until waits until an expression is true in the page.
func (p *page) until(js string) {
	p.t.Helper()
	look := fmt.Sprintf("person.until(%d, () => (%s) ? {} : { why: 'it is not' })", patience.Milliseconds(), js)
	var a answer
	if p.eval(look, &a); a.Why != "" {
		p.t.Fatalf("waited for %s%s", js, p.complaints())
	}
}

// click clicks on the one button, link, tab or box of this name, or whose name
// begins with it, as soon as it is enabled, stands still and is not covered.
func (p *page) click(name string) {
	p.t.Helper()
	p.clickOn("control", name)
}

// clickOn clicks again when the page has moved what it aimed at.
func (p *page) clickOn(kind, name string) {
	p.t.Helper()
	for range 3 {
		at, err := p.ask("point", p.scope, kind, name)
		if err != nil {
			p.t.Fatalf("clicking on %q: %v%s", name, err, p.complaints())
		}
		p.do("clicking on "+name, chromedp.MouseClickXY(at.X, at.Y))
		missed, err := p.evaluate("person.missed()")
		if err != nil || string(missed) != "true" { // an error is another page, to which the click led
			return
		}
	}
	p.t.Fatalf("clicking on %q: it moves away each time", name)
}

// fill replaces what stands in the field of this label, in one piece.
func (p *page) fill(label, text string) {
	p.t.Helper()
	p.clickOn("field", label)
	p.do("filling in "+label,
		chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)),
		chromedp.KeyEvent(kb.Backspace))
	if text != "" { // input.InsertText takes seconds for some hundred lines
		piece, err := json.Marshal(text)
		if err != nil {
			p.t.Fatalf("filling in %s: %v", label, err)
		}
		var written bool
		if p.eval(`document.execCommand("insertText", false, `+string(piece)+`)`, &written); !written {
			p.t.Fatalf("filling in %s: nothing that can be edited has the focus", label)
		}
	}
}

// choose takes the option of this text from the list of this label.
func (p *page) choose(label, option string) {
	p.t.Helper()
	if _, err := p.ask("choose", p.scope, label, option); err != nil {
		p.t.Fatalf("choosing %q: %v%s", option, err, p.complaints())
	}
}

// press presses a key: a character, or one of the names below.
func (p *page) press(key string) {
	p.t.Helper()
	switch key {
	case "Enter":
		key = kb.Enter
	case "Escape":
		key = kb.Escape
	case "Tab":
		key = kb.Tab
	case "Backspace":
		key = kb.Backspace
	case "ArrowUp":
		key = kb.ArrowUp
	case "ArrowDown":
		key = kb.ArrowDown
	case "ArrowLeft":
		key = kb.ArrowLeft
	case "ArrowRight":
		key = kb.ArrowRight
	case "Home":
		key = kb.Home
	case "End":
		key = kb.End
	case "PageUp":
		key = kb.PageUp
	case "PageDown":
		key = kb.PageDown
	}
	p.do("pressing "+key, chromedp.KeyEvent(key))
}

// text waits for the first visible element that matches, and reads it.
func (p *page) text(selector string) string {
	p.t.Helper()
	a, err := p.ask("text", selector)
	if err != nil {
		p.t.Fatalf("reading: %v%s", err, p.complaints())
	}
	return a.Text
}

// rows are the visible elements that match now, each as the texts of its
// children: rows("tbody tr") are the cells of a table.
func (p *page) rows(selector string) [][]string {
	p.t.Helper()
	var rows [][]string
	p.eval(fmt.Sprintf("person.rows(%q, %q)", p.scope, selector), &rows)
	return rows
}

// resize gives the page another size, in CSS pixels.
func (p *page) resize(width, height int64) {
	p.t.Helper()
	p.do("resizing", chromedp.EmulateViewport(width, height))
}

// scheme is what the system prefers: "light" or "dark".
func (p *page) scheme(name string) {
	p.t.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	})
}

// clipboard is what was copied last. All tabs share it.
func (p *page) clipboard() string {
	p.t.Helper()
	tab := chromedp.FromContext(p.ctx)
	if _, err := chromedp.CallBrowser(p.ctx, browser.SetPermission, browser.SetPermissionParams{
		Permission:       &browser.PermissionDescriptor{Name: "clipboard-read"},
		Setting:          browser.PermissionSettingGranted,
		Origin:           p.base,
		BrowserContextID: tab.BrowserContextID,
	}); err != nil {
		p.t.Fatalf("asking for the clipboard: %v", err)
	}
	var text string
	p.eval("navigator.clipboard.readText()", &text)
	return text
}

// call sends the tab a command of the browser's protocol.
func call[P, R any](p *page, command cdp.Command[P, R], params P) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.Call(ctx, command, params); err != nil {
		p.t.Fatalf("telling the browser %s: %v", command.Method, err)
	}
}
