package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kycmock/mockserver/person"
)

// passport is a subject whose zone is on the front.
func passport(seed uint64) Subject {
	p := person.Invent(seed)
	d := p.Document("passport", 10, time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	zone := person.MRZ{Code: "P", Issuer: "UTO", Surname: p.Surname, GivenNames: p.Given(), Number: d.Number,
		Nationality: "UTO", BirthDate: p.BirthDate, Sex: p.Sex, Expiry: d.Expires}.TD3()
	return Subject{p, Card{Title: "PASSPORT", Country: "UTO", Zone: zone.Text,
		Front: []Line{
			{"Surname", p.Surname}, {"Given names", p.Given()}, {"Full name in Arabic", p.FullNameArabic()},
			{"Nationality", p.Citizenship}, {"Sex", p.Sex}, {"Date of birth", p.BirthDate.Format("02/01/2006")},
			{"Place of birth", p.PlaceOfBirth}, {"Number", d.Number}, {"Date of issue", d.Issued.Format("02/01/2006")},
			{"Date of expiry", d.Expires.Format("02/01/2006")},
		},
		Back: []Line{{"Occupation", p.Occupation}, {"Employer", p.Employer}, {"Address", p.Address + ", " + p.City}},
	}}
}

// identityCard is a subject whose zone is on the back.
func identityCard(seed uint64) Subject {
	s := passport(seed)
	p := s.Holder
	s.Card.Title, s.Card.ZoneOnBack = "IDENTITY CARD", true
	s.Card.Zone = person.MRZ{Code: "ID", Issuer: "UTO", Surname: p.Surname, GivenNames: p.Given(), Number: "X00123456",
		Nationality: "UTO", BirthDate: p.BirthDate, Sex: p.Sex, Expiry: time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC)}.TD1().Text
	return s
}

func decoded(t *testing.T, data []byte) *image.YCbCr {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%d bytes: %v", len(data), err)
	}
	return m.(*image.YCbCr)
}

// each runs a test for every drawn kind and for some realistic ones, which take
// their time under the race detector.
func each(t *testing.T, realistic []Kind, test func(t *testing.T, style Style, kind Kind)) {
	run := func(style Style, kind Kind) {
		t.Run(fmt.Sprintf("%s %s", style, kind), func(t *testing.T) {
			t.Parallel()
			test(t, style, kind)
		})
	}
	for _, kind := range Kinds() {
		run(Drawn, kind)
	}
	for _, kind := range realistic {
		run(Realistic, kind)
	}
}

func TestEveryFileHasTheSizeThatItsStylePromises(t *testing.T) {
	each(t, Kinds(), func(t *testing.T, style Style, kind Kind) {
		least, most := 15_000, 60_000
		if style == Realistic {
			least, most = 100_000, 600_000
		}
		if style == Realistic && kind == Signature {
			least = 30_000
		}
		seed := uint64(slices.Index(Kinds(), kind))
		subjects := []Subject{passport(seed), identityCard(seed + 20)}
		if style == Realistic {
			subjects = subjects[seed%2 : seed%2+1]
		}
		for _, s := range subjects {
			if n := len(JPEG(style, kind, "a", s)); n < least || n > most {
				t.Errorf("%s: %d bytes, wanted %d to %d", s.Card.Title, n, least, most)
			}
		}
	})
}

func TestPixelsDependOnThePersonAndNeitherOnTheIDNorOnWhoElseAsks(t *testing.T) {
	each(t, nil, func(t *testing.T, style Style, kind Kind) {
		var one, again, otherPerson []byte
		var all sync.WaitGroup
		all.Go(func() { one = JPEG(style, kind, "a", passport(1)) })
		all.Go(func() { again = JPEG(style, kind, "b", passport(1)) })
		all.Go(func() { otherPerson = JPEG(style, kind, "a", passport(2)) })
		all.Wait()
		if bytes.Equal(one, again) {
			t.Error("another id gave the same bytes")
		}
		if !bytes.Equal(one, bytes.Replace(again, []byte("specimen b"), []byte("specimen a"), 1)) {
			t.Error("the same subject gave other bytes than those of the id")
		}
		m := decoded(t, one)
		pixels := m.Rect.Dx() * m.Rect.Dy()
		if n := differing(m, decoded(t, otherPerson), m.Rect); n < pixels/50 {
			t.Errorf("another person changed only %d of %d pixels", n, pixels)
		}
	})
}

// differing counts the pixels of an area whose brightness differs by more than
// noise would make it.
func differing(a, b *image.YCbCr, area image.Rectangle) int {
	n := 0
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			if d := int(a.Y[a.YOffset(x, y)]) - int(b.Y[b.YOffset(x, y)]); d < -24 || d > 24 {
				n++
			}
		}
	}
	return n
}

func TestPortraitSelfieAndSignatureAreTheHoldersWhateverTheCard(t *testing.T) {
	for _, kind := range []Kind{Portrait, Selfie, Signature} {
		if !bytes.Equal(JPEG(Drawn, kind, "a", passport(3)), JPEG(Drawn, kind, "a", Subject{Holder: person.Invent(3)})) {
			t.Errorf("%s depends on the card", kind)
		}
	}
}

// part is an area of a picture in shares of its width and height.
func part(m image.Image, left, top, right, bottom float64) image.Rectangle {
	w, h := float64(m.Bounds().Dx()), float64(m.Bounds().Dy())
	return image.Rect(int(left*w), int(top*h), int(right*w), int(bottom*h))
}

func TestTheZoneIsOnItsSideAtTheBottomAndNowhereElse(t *testing.T) {
	for _, test := range []struct {
		name      string
		s         Subject
		on, other Kind
	}{
		{"a passport's is on the front", passport(1), Front, Back},
		{"an identity card's is on the back", identityCard(1), Back, Front},
	} {
		t.Run(test.name, func(t *testing.T) {
			with := decoded(t, JPEG(Drawn, test.on, "a", test.s))
			withOther := decoded(t, JPEG(Drawn, test.other, "a", test.s))
			changed := test.s
			changed.Card.Zone = strings.Map(func(r rune) rune {
				if r == '\n' {
					return r
				}
				return '<'
			}, test.s.Card.Zone)
			filler := decoded(t, JPEG(Drawn, test.on, "a", changed))
			if n := differing(with, filler, part(with, 0, 0.75, 1, 1)); n < 1000 {
				t.Errorf("characters of the zone changed %d pixels at the bottom", n)
			}
			if n := differing(with, filler, part(with, 0, 0, 1, 0.7)); n > 0 {
				t.Errorf("characters of the zone changed %d pixels above it", n)
			}
			changed.Card.Zone = ""
			if n := differing(with, decoded(t, JPEG(Drawn, test.on, "a", changed)), part(with, 0, 0.75, 1, 1)); n < 2000 {
				t.Errorf("without a zone only %d pixels at the bottom differ", n)
			}
			if n := differing(withOther, decoded(t, JPEG(Drawn, test.other, "a", changed)), withOther.Rect); n > 0 {
				t.Errorf("the zone changed %d pixels of the other side", n)
			}
		})
	}
}

func TestEveryLineOfADocumentIsPrinted(t *testing.T) {
	s := passport(1)
	whole := decoded(t, JPEG(Drawn, Front, "a", s))
	for i, line := range s.Card.Front {
		if line.Label == "Full name in Arabic" { // there is no Arabic type face
			continue
		}
		changed := s
		changed.Card.Front = slices.Clone(s.Card.Front)
		changed.Card.Front[i].Text = strings.Repeat("x", len(line.Text))
		if n := differing(whole, decoded(t, JPEG(Drawn, Front, "a", changed)), whole.Rect); n < 10 {
			t.Errorf("another %s changed %d pixels", line.Label, n)
		}
	}
	changed := s
	changed.Card.Back = nil
	if n := differing(decoded(t, JPEG(Drawn, Back, "a", s)), decoded(t, JPEG(Drawn, Back, "a", changed)), whole.Rect); n < 1000 {
		t.Errorf("without its lines the back has %d other pixels", n)
	}
}

func TestEveryPictureSaysSpecimen(t *testing.T) {
	each(t, nil, func(t *testing.T, style Style, kind Kind) {
		m := decoded(t, JPEG(style, kind, "a", passport(1)))
		red, white := 0, 0
		for y := range m.Rect.Dy() {
			for x := range m.Rect.Dx() {
				if k := m.COffset(x, y); m.Cr[k] > 138 && m.Cb[k] < 134 {
					red++
				}
				if y > m.Rect.Dy()*85/100 && m.Y[m.YOffset(x, y)] > 190 {
					white++
				}
			}
		}
		all := m.Rect.Dx() * m.Rect.Dy()
		if kind == Portrait || kind == Selfie { // white letters on a dark strip
			if white < all/100 || white > all/10 {
				t.Errorf("%d of %d pixels are white at the bottom", white, all)
			}
		} else if red < all/100 { // red letters
			t.Errorf("%d of %d pixels are red", red, all)
		}
	})
}

func TestWhatCannotBePrintedNeitherPanicsNorLeavesItsPlace(t *testing.T) {
	long := strings.Repeat("Wm", 5000)
	many := make([]Line, 300)
	for i := range many {
		many[i] = Line{"Label", "text"}
	}
	for name, card := range map[string]Card{
		"nothing":              {},
		"empty lines":          {Front: make([]Line, 9), Back: make([]Line, 9), Zone: "\n\n\n\n"},
		"text without an end":  {Title: long, Country: long, Front: []Line{{long, long}}, Back: []Line{{long, long}}, Zone: long},
		"lines without an end": {Front: many, Back: many, Zone: strings.Repeat("P<UTO\n", 200)},
		"no Latin letter":      {Title: "جواز سفر", Country: "漢字", Front: []Line{{"الاسم", "دافن"}}, Zone: "漢字"},
		"no text at all":       {Title: "\x00\xff", Country: "\u200f\u0301", Front: []Line{{"\t \n", "\U0010FFFF"}}, Zone: "\xff\xfe"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []Kind{Front, Back} {
				card.ZoneOnBack = kind == Back
				m := decoded(t, JPEG(Drawn, kind, "a", Subject{Card: card}))
				edge := part(m, 0.982, 0.2, 1, 1) // nothing but paper
				for y := edge.Min.Y; y < edge.Max.Y; y++ {
					for x := edge.Min.X; x < edge.Max.X; x++ {
						if m.Y[m.YOffset(x, y)] < 120 {
							t.Fatalf("%s: ink at %d, %d", kind, x, y)
						}
					}
				}
			}
		})
	}
}

func FuzzAnyTextCanBePrinted(f *testing.F) {
	f.Add("PASSPORT", "UTO", "Surname", "O'Quillmere", "P<UTO\nX00")
	f.Add("\xff", "\u202e", "\n\n", "\U0001F600", "\n")
	f.Fuzz(func(t *testing.T, title, country, label, line, zone string) {
		lines := []Line{{label, line}, {line, label}}
		decoded(t, JPEG(Drawn, Front, "a", Subject{Card: Card{title, country, lines, lines, zone, false}}))
	})
}

func BenchmarkPicture(b *testing.B) {
	s := passport(1)
	for _, style := range []Style{Drawn, Realistic} {
		for _, kind := range Kinds() {
			b.Run(fmt.Sprintf("%s/%s", style, kind), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					JPEG(style, kind, "68f0a1b2c3d4e5f601234501", s)
				}
			})
		}
	}
}
