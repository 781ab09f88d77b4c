package web_test

import (
	"fmt"
	"os"
	"time"
)

// accessible checks what is shown now with axe-core: by the rules of WCAG 2.1,
// A and AA, and by what is good practice.
func (p *page) accessible() {
	p.t.Helper()
	for _, violation := range p.violations() {
		p.t.Errorf("not accessible: %s", violation)
	}
}

func (p *page) violations() []string {
	p.t.Helper()
	var there bool
	if p.eval(`"axe" in window`, &there); !there {
		axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
		if err != nil {
			p.t.Fatalf("axe-core, which `make deps` installs: %v", err)
		}
		p.eval("(() => {"+string(axe)+"\n})()", nil)
	}
	// It is asked for nothing but the page: no sheets and frames from elsewhere.
	var found []struct {
		ID     string `json:"id"`
		Impact string `json:"impact"`
		Help   string `json:"help"`
		Nodes  []struct {
			Target  []any  `json:"target"`
			HTML    string `json:"html"`
			Summary string `json:"failureSummary"`
		} `json:"nodes"`
	}
	p.eval(`axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
		resultTypes: ["violations"], preload: false, iframes: false,
	}).then((result) => result.violations)`, &found)
	var violations []string
	for _, rule := range found {
		for _, node := range rule.Nodes {
			violations = append(violations, fmt.Sprintf("%s (%s, %s) at %v: %.200s\n%s", rule.ID, rule.Impact, rule.Help, node.Target, node.HTML, node.Summary))
		}
	}
	return violations
}

// longTasks are those that kept the page from answering for more than 100 ms
// since it was opened, or since the last call.
func (p *page) longTasks() []time.Duration {
	p.t.Helper()
	var durations []float64
	p.eval("person.longTasks()", &durations)
	var long []time.Duration
	for _, ms := range durations {
		if d := time.Duration(ms * float64(time.Millisecond)); d > 100*time.Millisecond {
			long = append(long, d)
		}
	}
	return long
}

// looks keeps what is shown at three sizes, in light and in dark, and checks that
// it is accessible and never wider than its window.
func (p *page) looks(name string) {
	p.t.Helper()
	for _, look := range []struct {
		width, height int64
		scheme        string
	}{{360, 740, "dark"}, {1280, 800, "light"}, {1280, 800, "dark"}, {2560, 1440, "light"}} {
		p.resize(look.width, look.height)
		p.until(fmt.Sprintf("innerWidth === %d", look.width))
		p.until(`document.documentElement.scrollWidth <= innerWidth && document.querySelector("main").scrollWidth <= innerWidth`)
		p.scheme(look.scheme)
		p.until(fmt.Sprintf(`matchMedia("(prefers-color-scheme: %s)").matches`, look.scheme))
		p.screenshot(fmt.Sprintf("%s-%d-%s", name, look.width, look.scheme))
		if look.width < 2560 { // where nothing is there that is not at 1280
			p.accessible()
		}
	}
}
