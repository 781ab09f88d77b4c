package uqudo

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"kycmock/mockserver/delivery"
	"kycmock/mockserver/problem"
	"kycmock/mockserver/provider"
)

// SecurityType is how a webhook shows the receiver who is calling.
type SecurityType string

// The security types of Uqudo's Webhook page.
const (
	SecurityNone   SecurityType = "NONE"                 // Nothing is sent along.
	SecurityBasic  SecurityType = "BASIC_AUTHENTICATION" // HTTP Basic from userId and password.
	SecurityHeader SecurityType = "CUSTOM_HEADERS"       // One to five headers, verbatim.
)

// Webhook is what is configured for one sender, with the field names of
// Uqudo's Webhook page.
type Webhook struct {
	URL           string         `json:"url" doc:"Absolute, http or https; https alone with --strict." example:"http://127.0.0.1:3000/hook"`
	SecurityType  SecurityType   `json:"securityType" enum:"NONE,BASIC_AUTHENTICATION,CUSTOM_HEADERS" doc:"How the receiver knows who is calling."`
	UserID        string         `json:"userId,omitempty" doc:"Required with BASIC_AUTHENTICATION, refused otherwise."`
	Password      string         `json:"password,omitempty" doc:"Required with BASIC_AUTHENTICATION, refused otherwise. Shows as ***."`
	CustomHeaders []CustomHeader `json:"customHeaders,omitempty" doc:"1 to 5 with CUSTOM_HEADERS, refused otherwise."`
}

// HostedWebhook is the webhook of one Hosted KYC configuration.
type HostedWebhook struct {
	Webhook
	Format Format `json:"format,omitempty" enum:"JSON,LEGACY" doc:"How a result is sent: as JSON, the default, or as the bare JWS that is deprecated."`
}

// CustomHeader is one header that is sent along.
type CustomHeader struct {
	Name  string `json:"name" doc:"An RFC 9110 token."`
	Value string `json:"value" doc:"Sent verbatim. Shows as ***."`
}

// Format is how a result is written into a webhook's body.
type Format string

// The formats of Uqudo's Hosted KYC Webhook page.
const (
	FormatJSON   Format = "JSON"   // {"jwsResult": "..."}
	FormatLegacy Format = "LEGACY" // The JWS alone, as text; deprecated, and Hosted KYC only.
)

// maxCustomHeaders is how many custom headers Uqudo allows.
const maxCustomHeaders = 5

// maskedText is told to who saves what was shown to them.
const maskedText = delivery.Mask + " is how a secret is shown, want the secret itself: GET with ?reveal=true shows it"

// headerName is a token of RFC 9110, section 5.6.2.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// reservedHeaders belong to the request itself and cannot be custom.
var reservedHeaders = []string{"Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Trailer"}

// check finds every rule that the configuration breaks. Strict holds the URL
// to https, as Uqudo does.
func (w Webhook) check(strict bool) problem.Fields {
	var p problem.Fields
	provider.CheckURL(&p, w.URL, strict)
	switch w.SecurityType {
	case SecurityNone, SecurityBasic, SecurityHeader:
	default:
		p.Add("securityType", w.SecurityType, "want one of NONE, BASIC_AUTHENTICATION, CUSTOM_HEADERS")
	}
	w.checkBasic(&p)
	w.checkHeaders(&p)
	return p
}

func (w Webhook) checkBasic(p *problem.Fields) {
	for _, member := range []struct{ name, value string }{{"userId", w.UserID}, {"password", w.Password}} {
		switch basic := w.SecurityType == SecurityBasic; {
		case basic && member.value == "":
			p.Add(member.name, nil, "is required with securityType BASIC_AUTHENTICATION")
		case !basic && member.value != "":
			p.Add(member.name, nil, "is only for securityType BASIC_AUTHENTICATION")
		}
	}
	if w.Password == delivery.Mask {
		p.Add("password", nil, maskedText)
	}
	if strings.Contains(w.UserID, ":") {
		p.Add("userId", w.UserID, "want no colon: HTTP Basic ends the user ID at the first one")
	}
}

func (w Webhook) checkHeaders(p *problem.Fields) {
	n := len(w.CustomHeaders)
	switch custom := w.SecurityType == SecurityHeader; {
	case custom && (n == 0 || n > maxCustomHeaders):
		p.Add("customHeaders", n, "want 1 to %d headers with securityType CUSTOM_HEADERS", maxCustomHeaders)
	case !custom && n > 0:
		p.Add("customHeaders", n, "is only for securityType CUSTOM_HEADERS")
	}
	seen := map[string]bool{}
	for i, h := range w.CustomHeaders {
		at := problem.Fields{}
		name := http.CanonicalHeaderKey(h.Name)
		switch {
		case !headerName.MatchString(h.Name):
			at.Add("name", h.Name, "want an RFC 9110 token: letters, digits and -, without spaces")
		case slices.Contains(reservedHeaders, name):
			at.Add("name", h.Name, "want another name: %s belongs to the request itself", name)
		case seen[name]:
			at.Add("name", h.Name, "want each name once, without regard to case")
		}
		seen[name] = true
		switch {
		case strings.ContainsFunc(h.Value, isControl):
			at.Add("value", nil, "want no CR, LF, NUL or other control character")
		case strings.TrimSpace(h.Value) != h.Value:
			at.Add("value", nil, "want no space around it: HTTP does not carry that")
		case h.Value == delivery.Mask:
			at.Add("value", nil, maskedText)
		}
		*p = append(*p, at.At(fmt.Sprintf("customHeaders[%d]", i))...)
	}
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }

// endpoint is where the webhook goes and what it sends along.
func (w Webhook) endpoint() delivery.Endpoint {
	header := http.Header{}
	switch w.SecurityType {
	case SecurityBasic:
		credentials := base64.StdEncoding.EncodeToString([]byte(w.UserID + ":" + w.Password))
		header["Authorization"] = []string{"Basic " + credentials}
	case SecurityHeader:
		for _, h := range w.CustomHeaders {
			header[h.Name] = []string{h.Value} // verbatim, also in its case
		}
	}
	return delivery.Endpoint{URL: w.URL, Header: header}
}

// masked is the configuration with its secrets hidden.
func (w Webhook) masked() Webhook {
	if w.Password != "" {
		w.Password = delivery.Mask
	}
	w.CustomHeaders = slices.Clone(w.CustomHeaders)
	for i := range w.CustomHeaders {
		w.CustomHeaders[i].Value = delivery.Mask
	}
	return w
}

func (w HostedWebhook) masked() HostedWebhook {
	w.Webhook = w.Webhook.masked()
	return w
}
