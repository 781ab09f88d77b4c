package uqudo

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"kycmock/mockserver/person"
	"kycmock/mockserver/picture"
	"kycmock/mockserver/problem"
)

// maxNonce is how many characters a nonce may have, by Uqudo's page on the
// common object of SDK results.
const maxNonce = 64

// resultInput is all that a payload is made of; the same input makes the same
// bytes. Time has a hand in two things only: which of their documents people
// hold at the moment (they renew them every few years), and the day on the
// alert of a background check.
type resultInput struct {
	Flow         Flow          `json:"flow"`
	DocumentType string        `json:"documentType,omitempty"` // one of documentTypes; empty means the flow's own; must be empty for face
	Profile      Profile       `json:"profile"`                // empty means clean
	Person       Holder        `json:"person,omitzero"`        // what is said of the user
	Seed         uint64        `json:"seed"`                   // of the person and of all that is drawn
	At           time.Time     `json:"at"`                     // completion time, on the mock's clock
	Nonce        string        `json:"nonce,omitempty"`        // at most 64 characters; empty leaves the member out
	FaceSession  string        `json:"faceSession,omitempty"`  // data.sessionId of a face session; not used by the others
	Style        picture.Style `json:"imageStyle"`             // empty means plain
}

// result is what a session comes to.
type result struct {
	Data   any        // marshals to the claim "data"
	Images []imageRef // the images that Data refers to by id
}

// completed returns the input with its defaults filled in.
func (in resultInput) completed() resultInput {
	if in.DocumentType == "" {
		in.DocumentType = in.Flow.documentType()
	}
	if in.Profile == "" {
		in.Profile = ProfileClean
	}
	if in.Style == "" {
		in.Style = picture.Plain
	}
	return in
}

// check names every member that breaks a rule, by the names that the members
// have in the control API: flow, documentType, profile, nonce, imageStyle, person. Where the flow
// is not known, what depends on it is not judged.
func (in resultInput) check() problem.Fields {
	var fields problem.Fields
	flowKnown := slices.Contains(flows(), in.Flow)
	if !flowKnown {
		fields.Add("flow", in.Flow, "want one of %s", list(flows()))
	}
	if n := utf8.RuneCountInString(in.Nonce); n > maxNonce {
		fields.Add("nonce", in.Nonce, "want at most %d characters, not %d", maxNonce, n)
	}
	typeKnown := in.DocumentType == "" || slices.Contains(documentTypes(), in.DocumentType)
	switch {
	case in.Flow == FlowFace && in.DocumentType != "":
		fields.Add("documentType", in.DocumentType, "a face session has no document: leave this out")
	case !typeKnown:
		fields.Add("documentType", in.DocumentType, "want one of Uqudo's %d document types, such as %s",
			len(documentTypes()), list(documentTypes()[:8]))
	}
	if styles := picture.Styles(); in.Style != "" && !slices.Contains(styles, in.Style) {
		fields.Add("imageStyle", in.Style, "want one of %s", list(styles))
	}
	in.checkProfile(&fields, flowKnown, typeKnown)
	return append(fields, in.Person.check(in.At).At("person")...)
}

func (in resultInput) checkProfile(fields *problem.Fields, flowKnown, typeKnown bool) {
	in = in.completed()
	info, ok := in.Profile.info()
	switch {
	case !ok:
		fields.Add("profile", in.Profile, "want one of %s", list(profileNames()))
	case flowKnown && !slices.Contains(info.Flows, in.Flow):
		fields.Add("profile", in.Profile, "%s cannot show in the flow %s, only in %s", in.Profile, in.Flow, list(info.Flows))
	case flowKnown && typeKnown:
		if wanted, ok := in.Profile.showsIn(in.DocumentType); !ok {
			fields.Add("profile", in.Profile, "%s cannot show on %s: it takes %s", in.Profile, in.DocumentType, wanted)
		}
	}
}

func profileNames() []Profile {
	var names []Profile
	for _, info := range profiles() {
		names = append(names, info.Name)
	}
	return names
}

// list reads "a, b, c".
func list[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return strings.Join(texts, ", ")
}

// newResult makes the payload of a completed session. It fails on an input
// that check would not pass, and on a face session without its session id.
func newResult(in resultInput) (result, error) {
	if err := in.check().Err("a session cannot have this result"); err != nil {
		return result{}, err
	}
	m := &resultMaker{resultInput: in.completed(), holder: in.Person.of(person.Invent(in.Seed))}
	if m.Flow == FlowFace {
		if m.FaceSession == "" {
			return result{}, errors.New("a face session needs its session id")
		}
		return result{Data: m.faceData(), Images: m.images}, nil
	}
	return result{Data: m.documentData(), Images: m.images}, nil
}

// resultMaker makes one payload.
type resultMaker struct {
	resultInput
	holder  person.Person
	card    picture.Card // the document of an enrollment, once it is shown
	idStem  string       // see newImage
	idCount int
	images  []imageRef
}

// dice returns the draws for one part of this payload.
func (m *resultMaker) dice(part string) *person.Dice {
	return m.holder.Dice(string(m.Flow) + " " + m.DocumentType + " " + part)
}

// documentData is the claim "data" of enrollment, reading and lookup. Its
// member source is in no documentation but in every result observed.
type documentData struct {
	Source            sourceInfo           `json:"source"`
	Nonce             string               `json:"nonce,omitempty"`
	Documents         []documentResult     `json:"documents"`
	Verifications     []verificationResult `json:"verifications"` // parallel to Documents
	BackgroundCheck   *backgroundCheck     `json:"backgroundCheck,omitempty"`
	DeviceAttestation *deviceAttestation   `json:"deviceAttestation,omitempty"`
}

func (m *resultMaker) documentData() documentData {
	device := m.device()
	document, verification := m.document()
	data := documentData{
		Source:        device.source(),
		Nonce:         m.Nonce,
		Documents:     []documentResult{document},
		Verifications: []verificationResult{verification},
	}
	if m.Flow == FlowEnrollment {
		data.BackgroundCheck = m.backgroundCheck()
		data.DeviceAttestation = m.deviceAttestation(device)
	}
	return data
}
