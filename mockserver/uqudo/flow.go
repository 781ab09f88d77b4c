package uqudo

// Flow is the kind of session that a user went through. It is also the name of
// the event that the session triggers.
type Flow string

// The flows of Uqudo's SDK. The Webhook page lists the first three as what an
// onboarding session can be; face sessions were observed to be told as well.
const (
	FlowEnrollment Flow = "enrollment" // a document is scanned, a face compared with it
	FlowReading    Flow = "reading"    // a document's chip is read over NFC
	FlowLookup     Flow = "lookup"     // a government database is asked
	FlowFace       Flow = "face"       // a face is compared with a picture known before
)

// flows returns all flows, in the order in which they are shown.
func flows() []Flow { return []Flow{FlowEnrollment, FlowReading, FlowLookup, FlowFace} }

// documentType is the type that a session of the flow has when none is asked
// for; empty for a face session, which has no document.
func (f Flow) documentType() string {
	switch f {
	case FlowEnrollment:
		return "PASSPORT"
	case FlowReading:
		return "UAE_ID"
	case FlowLookup:
		return "KEN_ID"
	}
	return ""
}
