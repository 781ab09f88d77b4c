package uip

import (
	"fmt"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"kycmock/mockserver/clock"
	"kycmock/mockserver/delivery"
	"kycmock/mockserver/provider"
)

// DeliverySettings is how a business's webhooks are delivered.
type DeliverySettings struct {
	Waits           waits          `json:"waits" required:"false" doc:"The retries. Documented, and the default: at once, 5s, 30s, 2m, 10m." nullable:"false" maxItems:"100"`
	Attempts        int            `json:"attempts" required:"false" doc:"How many attempts are made in all: one more than waits, or as many as waits, of which the first is then the first attempt itself. Both can be read in UIP's Webhooks page; absent, it is one more, which is 6." minimum:"1" maximum:"101"`
	Base            string         `json:"base" required:"false" doc:"What a wait counts from: the previous attempt or the first. Not documented; the default is previous." enum:"previous,first"`
	Timeout         clock.Duration `json:"timeout" required:"false" doc:"How long an attempt may take, in real time. Not documented; the default is 10s." minLength:"1" pattern:"^([0-9]{1,6}([.][0-9]{1,9})?h)?([0-9]{1,7}([.][0-9]{1,9})?(ms|s|m)){0,3}$" patternDescription:"a duration such as 10s"`
	Accepts         string         `json:"accepts" required:"false" doc:"Which HTTP statuses are success: 200 alone, as documented, or any 2xx. The default is 200." enum:"200,2xx"`
	FollowRedirects bool           `json:"followRedirects" required:"false" doc:"Whether an attempt goes where a 3xx sends it. Not documented; the default is false."`
	Pending         string         `json:"pending" required:"false" doc:"Where a waiting delivery goes: to the webhook as it is when the next attempt is made, or as it was when the person answered. The secret is always the one that holds by then. Not documented; the default is current." enum:"current,snapshot"`
	UserAgent       string         `json:"userAgent" required:"false" doc:"The User-Agent header. Not documented; the default is kycmock."`
}

// waits are those between attempts.
type waits []clock.Duration

// Schema has each wait checked by itself, so that one that is no duration is
// located.
func (waits) Schema(huma.Registry) *huma.Schema {
	const duration = `^([0-9]{1,6}([.][0-9]{1,9})?h)?([0-9]{1,7}([.][0-9]{1,9})?(ms|s|m)){0,3}$`
	one := &huma.Schema{Type: huma.TypeString, Pattern: duration, PatternDescription: "a duration such as 5s"}
	return &huma.Schema{Type: huma.TypeArray, Items: one}
}

// Values of DeliverySettings.
const (
	accepts2xx      = "2xx"
	baseFirst       = "first"
	pendingSnapshot = "snapshot"
)

// schedule is UIP's. Source: UIP's Webhooks page, "Error Handling".
func (d DeliverySettings) schedule() delivery.Schedule {
	waits := make([]time.Duration, 0, len(d.Waits))
	before := clock.Duration(0)
	for _, wait := range d.Waits {
		waits = append(waits, time.Duration(wait-before))
		if d.Base == baseFirst {
			before = wait
		}
	}
	return delivery.Waits(waits[len(waits)+1-d.Attempts:]...)
}

// profile is how people read the settings.
func (d DeliverySettings) profile(name string) provider.PolicyProfile {
	return provider.PolicyProfile{Name: name, Timeout: d.Timeout, Accepts: d.Accepts, Plan: provider.Plan(d.schedule())}
}

func (d DeliverySettings) equal(other DeliverySettings) bool {
	waits := slices.Equal(d.Waits, other.Waits)
	d.Waits, other.Waits = nil, nil
	return waits && fmt.Sprint(d) == fmt.Sprint(other)
}
