package uqudo

import (
	"bytes"
	"encoding/base64"
	"image/jpeg"
	"regexp"
	"strings"
	"testing"
	"time"

	"kycmock/mockserver/picture"
)

// What holds for every payload, whoever the person is.
func TestWhatHoldsForEveryPayload(t *testing.T) {
	types := map[Flow][]string{
		FlowEnrollment: {"PASSPORT", "UAE_ID", "SDN_ID", "KEN_ID", "GENERIC_ID", "MRZ", "UAE_DL"},
		FlowReading:    {"UAE_ID", "PASSPORT", "GENERIC_ID"},
		FlowLookup:     {"KEN_ID", "UAE_ID", "NGA_NIN"},
		FlowFace:       {""},
	}
	for seed := range uint64(500) {
		for _, flow := range flows() {
			documentType := types[flow][int(seed)%len(types[flow])]
			// Days all over the year, so that people with and without a fresh document appear.
			in := resultInput{Flow: flow, DocumentType: documentType, Seed: seed, At: payloadTime.AddDate(0, 0, int(seed))}
			r := mustResult(t, in)
			data := decoded(t, r)
			checkImages(t, data, r.Images)
			checkDates(t, data)
			checkPictures(t, data)
			if flow == FlowEnrollment {
				checkEnrollment(t, data, in.At)
			}
			if t.Failed() {
				t.Fatalf("seed %d, %s of %s", seed, flow, documentType)
			}
		}
	}
}

var imageID = regexp.MustCompile(`^[0-9a-f]{24}$`)

// checkImages holds every image id and checksum against the images that go
// with the payload, both ways.
func checkImages(t *testing.T, data any, images []imageRef) {
	t.Helper()
	kinds, used := map[string]picture.Kind{}, map[string]bool{}
	for _, ref := range images {
		kinds[ref.ID] = ref.Kind
	}
	walk(data, func(parent map[string]any, name string, value any) {
		if !strings.HasSuffix(name, "ImageId") {
			return
		}
		checksum, there := parent[name+"Checksum"]
		id, isText := value.(string)
		if !isText {
			if value != nil || checksum != nil || !there {
				t.Errorf("%s is %v with checksum %v", name, value, checksum)
			}
			return
		}
		kind, known := kinds[id]
		if !imageID.MatchString(id) || !known || used[id] {
			t.Errorf("%s is %s, an image of %v", name, id, kind)
		}
		used[id] = true
		if want := picture.Checksum(picture.JPEG(picture.Plain, kind, id, picture.Subject{})); checksum != want {
			t.Errorf("%s has checksum %v, want %s", name, checksum, want)
		}
	})
	if len(used) != len(images) {
		t.Errorf("%d images used of %d", len(used), len(images))
	}
}

// checkDates holds every formatted date against its raw sibling.
func checkDates(t *testing.T, data any) {
	t.Helper()
	spellings := []string{"060102", "20060102", "02/01/2006", "02.01.2006", "2006/01/02"}
	chip := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$`)
	walk(data, func(parent map[string]any, name string, value any) {
		text, isText := value.(string)
		isDate := strings.HasPrefix(name, "dateOf") || strings.HasSuffix(name, "Date") || name == "fullDateOfBirth" || name == "validFrom"
		if !isText || !isDate || strings.HasSuffix(name, "Formatted") || strings.HasSuffix(name, "fromDate") {
			return
		}
		if chip.MatchString(text) {
			return
		}
		formatted, _ := parent[name+"Formatted"].(string)
		date, err := time.Parse(time.DateOnly, formatted)
		if err != nil {
			t.Errorf("%s is %s, its formatted sibling %q", name, text, formatted)
			return
		}
		for _, spelling := range spellings {
			if date.Format(spelling) == text {
				return
			}
		}
		t.Errorf("%s is %s but formatted %s", name, text, formatted)
	})
}

// checkPictures holds inline pictures to be JPEG files.
func checkPictures(t *testing.T, data any) {
	t.Helper()
	walk(data, func(_ map[string]any, name string, value any) {
		if name != "photo" && name != "photography" && name != "holderSignatureImage" {
			return
		}
		file, err := base64.StdEncoding.DecodeString(value.(string))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := jpeg.DecodeConfig(bytes.NewReader(file)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
}

func checkEnrollment(t *testing.T, data map[string]any, now time.Time) {
	t.Helper()
	checksum := member(t, data, "verifications.0.mrzChecksum").(map[string]any)
	if zone := zoneIn(t, data); zone != "" {
		for _, problem := range zoneProblems(zone) {
			t.Error(problem)
		}
		lines := strings.Split(zone, "\n")
		if final := lines[1][len(lines[1])-1:]; checksum["finalCheckDigit"] != final || checksum["valid"] != true {
			t.Errorf("%v of\n%s", checksum, zone)
		}
	} else if checksum["enabled"] != false {
		t.Errorf("no zone, but %v", checksum)
	}
	walk(data, func(_ map[string]any, name string, value any) {
		switch date := ""; name {
		case "dateOfExpiryFormatted", "dateOfExpiryFullFormatted":
			if date = value.(string); date <= now.Format(time.DateOnly) {
				t.Errorf("%s is %s at %s", name, date, now)
			}
		case "issueDateFormatted":
			if date = value.(string); date >= now.Format(time.DateOnly) {
				t.Errorf("%s is %s at %s", name, date, now)
			}
		}
	})
	for _, name := range []string{"idScreenDetection", "idPrintDetection", "idPhotoTamperingDetection"} {
		if score := member(t, data, "verifications.0."+name+".score").(float64); score < 0 || score > 40 {
			t.Errorf("%s is %v in a clean payload", name, score)
		}
	}
	level := member(t, data, "documents.0.face.matchLevel")
	if level != member(t, data, "verifications.0.biometric.matchLevel") || level.(float64) < 4 || level.(float64) > 5 {
		t.Errorf("match level %v", level)
	}
	for name, flag := range member(t, data, "deviceAttestation.risk").(map[string]any) {
		if flag == true {
			t.Errorf("risk %s in a clean payload", name)
		}
	}
	if _, isText := member(t, data, "deviceAttestation.info.timezone").(string); !isText {
		t.Error("the timezone is not a string")
	}
}

// walk visits every member of decoded JSON.
func walk(v any, visit func(parent map[string]any, name string, value any)) {
	switch node := v.(type) {
	case map[string]any:
		for name, child := range node {
			visit(node, name, child)
			walk(child, visit)
		}
	case []any:
		for _, child := range node {
			walk(child, visit)
		}
	}
}
