// Package verify says whether what a receiver got is what the vendor sent, and
// if not, why: for whoever looks at a refused webhook and wonders what to
// change.
//
// It tries the mistakes that receivers make, one by one and two at a time, until
// one of them gives the signature that is there. A hash cannot be hit by chance,
// so what it names is what happened. It judges as a correct receiver does and
// has no code in common with what signs.
package verify

import "fmt"

// Report is what was found out about one webhook.
type Report struct {
	// Authentic is whether the signature proves that the vendor sent this.
	Authentic bool `json:"authentic"`
	// InOrder is whether it is authentic and there are no findings. A receiver may
	// still refuse it for what no signature shows, such as its credentials.
	InOrder bool `json:"inOrder"`
	// Findings are all that is wrong, never null.
	Findings []Finding `json:"findings"`
	// Notes are worth knowing and nothing to mend, never null.
	Notes []string `json:"notes"`
	// Header and Claims are those of a token, as far as it can be read. Unless it
	// is authentic, anybody can have written them.
	Header map[string]any `json:"header,omitempty"`
	Claims map[string]any `json:"claims,omitempty"`
}

// Finding is one thing that is wrong.
type Finding struct {
	// Code is the kind of mistake in one word, such as body-rewritten, for
	// programs to tell findings apart.
	Code string `json:"code"`
	// Message is a short sentence for people, without a full stop.
	Message string `json:"message"`
}

func found(code, format string, args ...any) Finding {
	return Finding{Code: code, Message: fmt.Sprintf(format, args...)}
}

func newReport() Report { return Report{Findings: []Finding{}, Notes: []string{}} }

func (r *Report) add(code, format string, args ...any) {
	r.Findings = append(r.Findings, found(code, format, args...))
}

func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// counted is a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// done settles what follows from the rest.
func (r Report) done() Report {
	r.InOrder = r.Authentic && len(r.Findings) == 0
	return r
}

// clip keeps what a sender chose short enough for a sentence.
func clip(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return text[:most] + "..."
}
