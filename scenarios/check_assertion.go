package scenarios

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"kycmock/mockserver/fault"
)

// Members of an assertion by what they are about. What is about attempts is
// about all of them when there is no attempt.
var (
	subjects   = []string{"delivery", "copies", "webhook", "attempt"}
	ofAttempt  = []string{"status", "within", "error", "header", "body", "request"}
	ofDelivery = []string{"count", "attempts", "sequence", "at", "same-bytes", "reason"}
)

// assertion checks whether the members of an assertion make sense together.
func (c *checker) assertion(a Assertion, n names, at *spot) {
	set := assigned(a)
	conditions := slices.DeleteFunc(slices.Clone(set), func(name string) bool { return slices.Contains(subjects, name) })
	about := slices.DeleteFunc(slices.Clone(conditions), func(name string) bool { return name == "order" })
	subject := a.Delivery != "" || a.Copies != ""
	switch {
	case a.Delivery != "" && a.Copies != "":
		c.add(at.member("copies"), "want delivery or copies, not both: assert them one after another")
	case !subject && len(about) > 0:
		c.add(at, "want delivery or copies: whose %s?", strings.Join(about, ", "))
	case !subject && len(conditions) == 0:
		c.add(at, "want something to assert: delivery or copies with a condition such as status, or order")
		return
	case !subject && a.Webhook != "":
		c.add(at.member("webhook"), "want it with delivery or copies: order is about no webhook")
	}
	if len(conditions) == 0 {
		c.add(at, "want a condition, such as status, attempts or sequence: what has to hold?")
	}
	c.aboutAttempt(a, set, at)
	c.statusOf(a, at.member("status"))
	c.plan(a, at)
	if a.Order != nil && len(a.Order) < 2 {
		c.add(at.member("order"), "want two names or more: one alone has no order")
	}
	c.told(a, n, at)
}

// assigned lists the members of an assertion that are there.
func assigned(a Assertion) []string {
	var names []string
	v := reflect.ValueOf(a)
	for _, m := range membersOf(v.Type()) {
		if !v.FieldByIndex(m.field).IsZero() {
			names = append(names, m.name)
		}
	}
	return names
}

// aboutAttempt tells conditions on one attempt from those on all of them.
func (c *checker) aboutAttempt(a Assertion, set []string, at *spot) {
	if a.Attempt == "" {
		return
	}
	for _, name := range set {
		if slices.Contains(ofDelivery, name) {
			c.add(at.member(name), "is about all attempts: want it in an assertion without attempt")
		}
	}
	if !slices.ContainsFunc(set, func(name string) bool { return slices.Contains(ofAttempt, name) }) {
		c.add(at.member("attempt"), "want a condition on the attempt as well: %s", strings.Join(ofAttempt, ", "))
	}
}

// statusOf checks a status as that of a delivery or of an attempt.
func (c *checker) statusOf(a Assertion, at *spot) {
	text := string(a.Status)
	if text == "" || refersTo(text) {
		return
	}
	_, asHTTP := httpMatcher(unescaped(text))
	_, asDelivery := deliveryMatcher(unescaped(text))
	switch {
	case a.Attempt != "" && asHTTP != nil && asDelivery == nil:
		c.add(at, "%s is the status of a delivery: leave attempt out, or want one such as 200 or 2xx", shortened(text))
	case a.Attempt != "" && asHTTP != nil:
		c.add(at, "%s", asHTTP)
	case a.Attempt == "" && asDelivery != nil && asHTTP == nil:
		c.add(at, "%s is the status of an attempt: want attempt as well, such as attempt: last", shortened(text))
	case a.Attempt == "" && asDelivery != nil:
		said := asDelivery.Error()
		if near := fault.Nearest(text, []string{"pending", "delivered", "exhausted", "cancelled"}); near != "" {
			said = fmt.Sprintf("unknown status %s, did you mean %s?", shortened(text), near)
		}
		c.add(at, "%s", said)
	}
}

// plan checks the times of the attempts.
func (c *checker) plan(a Assertion, at *spot) {
	var before time.Duration
	for i, text := range a.At {
		now, err := time.ParseDuration(unescaped(string(text)))
		switch {
		case err != nil:
			return // a reference, or told already
		case i == 0 && now != 0:
			c.add(at.member("at").item(0), "want 0s: times are counted from the first attempt")
		case now < before:
			c.add(at.member("at").item(i), "want the times in their order, got %s after %s", text, a.At[i-1])
		}
		before = now
	}
	if a.At != nil && a.Sequence != nil && len(a.At) != len(a.Sequence) {
		c.add(at.member("sequence"), "want as many as in at, %d, got %d: both are about all attempts", len(a.At), len(a.Sequence))
	}
}

// told checks the webhook of an assertion, by the vendor of what it is about.
func (c *checker) told(a Assertion, n names, at *spot) {
	name := string(a.Delivery + a.Copies)
	if p, known := c.profile(n.given[name].vendor); known && a.Webhook != "" {
		c.webhookOf(p, a.Webhook, at.member("webhook"))
	}
}
