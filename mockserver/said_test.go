package mockserver_test

import (
	"net/url"
	"slices"
	"testing"

	"kycmock/mockserver"
)

// A result of Uqudo's is base64 on the wire, and its claims are what people look
// for.
func TestADeliveryIsFoundByWhatItsTokenSays(t *testing.T) {
	a := apiOf(t, mockserver.Test(t, at(0)))
	a.listening(newHook(t).URL)
	result := a.attempted(`{"provider": "uqudo", "event": "enrollment", "data": {"person": {"givenNames": "Zoë Wilhelmina", "surname": "Example"}}}`)
	a.attempted(`{"provider": "uqudo", "event": "enrollment"}`)
	for _, text := range []string{"zoë wilhelmina", "Wilhelmina"} {
		var found []string
		for _, d := range a.deliveries("q=" + url.QueryEscape(text)).Deliveries {
			found = append(found, d.ID)
		}
		if !slices.Equal(found, []string{result}) {
			t.Errorf("%q is found in %v, want %s alone", text, found, result)
		}
	}
}
