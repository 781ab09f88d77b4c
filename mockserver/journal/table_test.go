package journal_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"kycmock/mockserver/journal"
)

func TestATableHoldsWhatWasPutLast(t *testing.T) {
	j := open(t, nil)
	fruits := table[fruit](t, j, "fruit")
	if f, ok := fruits.Get("a"); ok || f.Name != "" {
		t.Errorf("an empty table has %+v", f)
	}
	fruits.Put("a", fruit{Name: "apple"})
	fruits.Put("b", fruit{Name: "banana"})
	fruits.Put("a", fruit{Name: "apricot"})
	if f, ok := fruits.Get("a"); !ok || f.Name != "apricot" {
		t.Errorf("got %+v, %v", f, ok)
	}
	if fruits.Len() != 2 {
		t.Errorf("it has %d rows", fruits.Len())
	}
	wantEqual(t, told(j), []string{`1 fruit a {"Name":"apple"}`, `2 fruit b {"Name":"banana"}`, `3 fruit a {"Name":"apricot"}`})
}

func TestRowsComeInTheOrderInWhichTheyWereFirstPut(t *testing.T) {
	fruits := table[fruit](t, open(t, nil), "fruit")
	for _, id := range []string{"c", "a", "b", "a", "c"} {
		fruits.Put(id, fruit{Name: id})
	}
	wantEqual(t, keys(fruits.All()), []string{"c", "a", "b"})
	wantEqual(t, keys(fruits.Newest()), []string{"b", "a", "c"})
	fruits.Delete("c")
	fruits.Put("c", fruit{}) // another one, of the same name
	wantEqual(t, keys(fruits.All()), []string{"a", "b", "c"})
	for id := range fruits.All() {
		if id == "b" {
			break
		}
	}
}

func TestUpdateChangesACopy(t *testing.T) {
	j := open(t, nil)
	fruits := table[fruit](t, j, "fruit")
	add := func(tag string) (fruit, error) {
		return fruits.Update("a", func(f *fruit, found bool) error {
			f.Name = fmt.Sprint("found ", found)
			f.Tags = append(slices.Clone(f.Tags), tag)
			return nil
		})
	}
	first, err := add("red")
	if err != nil || first.Name != "found false" {
		t.Errorf("of an unknown id: %+v, %v", first, err)
	}
	if second, err := add("ripe"); err != nil || second.Name != "found true" || len(second.Tags) != 2 {
		t.Errorf("of a known id: %+v, %v", second, err)
	}
	// An entry is encoded when it is read, and says what was true when it was
	// written.
	wantEqual(t, told(j), []string{`1 fruit a {"Name":"found false","Tags":["red"]}`, `2 fruit a {"Name":"found true","Tags":["red","ripe"]}`})
}

func TestAnUpdateThatIsRefusedLeavesNothingChanged(t *testing.T) {
	j := open(t, nil)
	fruits := table[fruit](t, j, "fruit")
	fruits.Put("a", fruit{Name: "apple"})
	refused := errors.New("refused")
	for _, id := range []string{"a", "new"} {
		_, err := fruits.Update(id, func(f *fruit, _ bool) error { f.Name = "spoilt"; return refused })
		if !errors.Is(err, refused) {
			t.Errorf("got %v", err)
		}
	}
	func() {
		defer func() { _ = recover() }()
		_, _ = fruits.Update("a", func(f *fruit, _ bool) error { f.Name = "spoilt"; panic("in the middle") })
	}()
	if f, _ := fruits.Get("a"); f.Name != "apple" || fruits.Len() != 1 {
		t.Errorf("a is %+v, and there are %d rows", f, fruits.Len())
	}
	wantEqual(t, told(j), []string{`1 fruit a {"Name":"apple"}`})
}

func TestDeleteIsTold(t *testing.T) {
	j := open(t, nil)
	fruits := table[fruit](t, j, "fruit")
	fruits.Put("a", fruit{Name: "apple"})
	if !fruits.Delete("a") || fruits.Delete("a") {
		t.Error("a row can be deleted once")
	}
	if _, ok := fruits.Get("a"); ok || fruits.Len() != 0 {
		t.Error("it is still there")
	}
	wantEqual(t, told(j), []string{`1 fruit a {"Name":"apple"}`, "2 fruit a null"})
}

func TestDropIsNotTold(t *testing.T) {
	j := open(t, nil)
	fruits := table[fruit](t, j, "fruit")
	fruits.Put("a", fruit{Name: "apple"})
	fruits.Drop("a")
	fruits.Drop("never there")
	if _, ok := fruits.Get("a"); ok {
		t.Error("it is still there")
	}
	wantEqual(t, told(j), []string{`1 fruit a {"Name":"apple"}`})
}

func TestOrderOutlivesManyRemovals(t *testing.T) {
	fruits := table[int](t, keeping(t, 1, nil), "n")
	var want []string
	for i := range 2000 {
		id := fmt.Sprint(i)
		fruits.Put(id, i)
		if i%10 == 0 {
			want = append(want, id)
			continue
		}
		if i%2 == 0 {
			fruits.Delete(id)
		} else {
			fruits.Drop(id)
		}
		if i == 1000 { // and one from the middle, put again
			fruits.Delete("500")
			fruits.Put("500", 500)
		}
	}
	wantEqual(t, keys(fruits.All()), want)
	slices.Reverse(want)
	wantEqual(t, keys(fruits.Newest()), want)
	if fruits.Len() != len(want) {
		t.Errorf("it has %d rows, want %d", fruits.Len(), len(want))
	}
}

func TestAllShowsTheRowsAsTheyWereWhenItBegan(t *testing.T) {
	fruits := table[fruit](t, open(t, nil), "fruit")
	fruits.Put("a", fruit{Name: "apple"})
	fruits.Put("b", fruit{Name: "banana"})
	var got []string
	for id, f := range fruits.All() { // nothing is locked meanwhile
		fruits.Put("b", fruit{Name: "blackberry"})
		fruits.Put("c", fruit{})
		fruits.Delete("a")
		got = append(got, id+" "+f.Name)
	}
	wantEqual(t, got, []string{"a apple", "b banana"})
	wantEqual(t, keys(fruits.All()), []string{"b", "c"})
}

func TestASeriesHoldsAllThatWasAdded(t *testing.T) {
	j := open(t, nil)
	bites := series[int](t, j, "bite")
	bites.Add("a", ptr(1))
	bites.Add("b", ptr(2))
	bites.Add("a", ptr(3))
	wantBites(t, bites, "a", 1, 3)
	of := bites.Of("a")
	_ = append(of, ptr(99)) // a reader's own business
	bites.Add("a", ptr(4))
	if len(of) != 2 {
		t.Errorf("what was read has grown to %d", len(of))
	}
	wantBites(t, bites, "a", 1, 3, 4)
	bites.Drop("a")
	wantBites(t, bites, "a")
	wantBites(t, bites, "b", 2)
	wantBites(t, bites, "c")
	wantEqual(t, told(j), []string{"1 bite a 1", "2 bite b 2", "3 bite a 3", "4 bite a 4"})
}

func TestForgetEmptiesTheKindsAndSaysSo(t *testing.T) {
	j := open(t, nil)
	fruits, bites, others := table[fruit](t, j, "fruit"), series[int](t, j, "bite"), table[int](t, j, "other")
	fruits.Put("a", fruit{})
	fruits.Put("b", fruit{})
	fruits.Delete("b")
	bites.Add("a", ptr(1))
	bites.Add("a", ptr(2))
	others.Put("x", 1)
	wantEqual(t, j.Kinds(), []string{"bite", "fruit", "other"})

	kinds := []string{"fruit", "bite", "nobody's"}
	got := j.Forget(kinds...)
	kinds[0] = "changed"
	if want := map[string]int{"fruit": 1, "bite": 2}; !maps.Equal(got, want) {
		t.Errorf("it cleared %v, want %v", got, want)
	}
	if fruits.Len() != 0 || len(bites.Of("a")) != 0 || others.Len() != 1 {
		t.Errorf("it left %d fruits, %d bites, %d others", fruits.Len(), len(bites.Of("a")), others.Len())
	}
	wantEqual(t, told(j)[6:], []string{`7 reset  {"kinds":["fruit","bite","nobody's"]}`})
	fruits.Put("c", fruit{})
	fruits.Put("a", fruit{})
	bites.Add("a", ptr(3))
	wantEqual(t, keys(fruits.All()), []string{"c", "a"})
	wantBites(t, bites, "a", 3)
}

func TestAKindHasOneTable(t *testing.T) {
	j := open(t, nil)
	fruits := table[fruit](t, j, "fruit")
	fruits.Put("a", fruit{})
	if _, err := journal.NewTable[fruit](j, "fruit"); err == nil {
		t.Error("a second table was made, which would not see the rows of the first")
	}
	if _, err := journal.NewSeries[fruit](j, "fruit"); err == nil {
		t.Error("a series was made of a table's kind")
	}
	if got := j.Forget("fruit")["fruit"]; got != 1 {
		t.Errorf("%d rows were forgotten", got)
	}
}

func TestSecretsAreForTheStoreAlone(t *testing.T) {
	store := &list{}
	j := open(t, store)
	fruits, bites := table[fruit](t, j, "fruit"), series[fruit](t, j, "bite")
	fruits.Put("a", fruit{Secret: "pip"})
	bites.Add("a", &fruit{Secret: "pip"})
	j.Append("plain", "a", fruit{Secret: "pip"})
	if _, err := fruits.Update("a", func(f *fruit, _ bool) error { f.Name = "apple"; return nil }); err != nil {
		t.Error(err)
	}
	wantEqual(t, told(j), []string{`1 fruit a {"Name":"","Secret":"***"}`, `2 bite a {"Name":"","Secret":"***"}`,
		`3 plain a {"Name":"","Secret":"***"}`, `4 fruit a {"Name":"apple","Secret":"***"}`})
	for e := range j.Watch(t.Context(), 3) {
		wantEqual(t, lines(e), []string{`4 fruit a {"Name":"apple","Secret":"***"}`})
		break
	}
	var stored []journal.Entry
	if err := store.Scan(func(e journal.Entry) error { stored = append(stored, e); return nil }); err != nil {
		t.Error(err)
	}
	wantEqual(t, lines(stored...), []string{`1 fruit a {"Name":"","Secret":"pip"}`, `2 bite a {"Name":"","Secret":"pip"}`,
		`3 plain a {"Name":"","Secret":"pip"}`, `4 fruit a {"Name":"apple","Secret":"pip"}`})
	if f, _ := fruits.Get("a"); f.Secret != "pip" {
		t.Errorf("the table has %+v", f)
	}
}
