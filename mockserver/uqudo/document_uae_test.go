package uqudo

import "testing"

func TestEmiratesIDNumbersEndInALuhnDigit(t *testing.T) {
	if got := luhn("7992739871"); got != "3" {
		t.Errorf("the textbook's number ends in %s, want 3", got)
	}
	for seed := range uint64(50) {
		number := member(t, decoded(t, mustResult(t, resultInput{Flow: FlowReading, Seed: seed})), "documents.0.reading.data.idNumber").(string)
		if len(number) != 15 || number[:3] != "784" || number[7:10] != "000" || luhn(number[:14]) != number[14:] {
			t.Errorf("seed %d has %s", seed, number)
		}
	}
}
