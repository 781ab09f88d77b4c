package person

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestASeedIsAlwaysTheSamePerson(t *testing.T) {
	p := Invent(42)
	if !reflect.DeepEqual(p, Invent(42)) {
		t.Fatal("the same seed gave two people")
	}
	// Pinned, so that neither a new Go version nor a careless edit of the word
	// lists gives the users' seeds to other people unnoticed.
	got := p.FullName() + ", " + p.BirthDate.Format(time.DateOnly) + ", " + p.Address
	if want := "PEREGON KALLIMORE, 1964-11-26, 45 Placeholder Lane"; got != want {
		t.Errorf("seed 42 is %s; want %s", got, want)
	}
}

func TestPeopleOfDifferentSeedsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(1000) {
		p := Invent(seed)
		seen[p.FullName()+p.BirthDate.String()+p.Phone] = true
	}
	if len(seen) != 1000 {
		t.Errorf("1000 seeds gave %d people", len(seen))
	}
}

func TestEveryoneIsAdultAliveAndUnreachable(t *testing.T) {
	email := regexp.MustCompile(`^[a-z]+\.[a-z]+@example\.test$`)
	for seed := range uint64(2000) {
		p := Invent(seed)
		if p.BirthDate.AddDate(18, 0, 0).After(day(2023, 1, 1)) || !p.BirthDate.AddDate(81, 0, 0).After(day(2037, 12, 31)) {
			t.Errorf("seed %d is born on %s", seed, p.BirthDate)
		}
		if !email.MatchString(p.Email) {
			t.Errorf("seed %d has email %s", seed, p.Email)
		}
		if !strings.HasPrefix(p.Phone, "9995") || len(p.Phone) != 12 {
			t.Errorf("seed %d has phone %s", seed, p.Phone)
		}
		if p.Nationality != "UTO" || p.Sex != "F" && p.Sex != "M" || !utf8.ValidString(p.FullNameArabic()) {
			t.Errorf("seed %d is %+v", seed, p)
		}
	}
}

func TestSomeNamesHaveAccentsApostrophesAndHyphens(t *testing.T) {
	found := map[string]bool{}
	for seed := range uint64(300) {
		name := Invent(seed).FullName()
		found["'"] = found["'"] || strings.Contains(name, "'")
		found["-"] = found["-"] || strings.Contains(name, "-")
		found["É"] = found["É"] || len(name) > utf8.RuneCountInString(name)
	}
	for what, ok := range found {
		if !ok {
			t.Errorf("no name with %q", what)
		}
	}
}

func TestDocumentsAreValidOnTheDayOneAsks(t *testing.T) {
	for seed := range uint64(300) {
		p := Invent(seed)
		for _, years := range []int{2, 3, 5, 10} {
			for at := day(1999, 12, 31); at.Year() < 2041; at = at.AddDate(0, 5, 13) {
				d := p.Document("passport", years, at)
				if !d.Issued.Before(at) || d.Expires.Before(at.AddDate(0, 11, 0)) {
					t.Fatalf("seed %d at %s: issued %s, expires %s", seed, at, d.Issued, d.Expires)
				}
				if d.Issued.AddDate(years, 0, -1) != d.Expires {
					t.Fatalf("seed %d: %s to %s are not %d years", seed, d.Issued, d.Expires, years)
				}
			}
		}
	}
}

func TestADocumentStaysTheSameUntilItIsRenewed(t *testing.T) {
	p := Invent(5)
	numbers := map[string]int{}
	for at := day(2024, 1, 1); at.Before(day(2042, 1, 1)); at = at.AddDate(0, 1, 0) {
		numbers[p.Document("passport", 10, at).Number]++
	}
	if len(numbers) != 3 && len(numbers) != 2 {
		t.Errorf("18 years of a passport renewed every 9 years had %d numbers: %v", len(numbers), numbers)
	}
	if p.Document("passport", 10, day(2026, 1, 1)).Number == p.Document("visa", 10, day(2026, 1, 1)).Number {
		t.Error("two kinds of documents share a number")
	}
}
