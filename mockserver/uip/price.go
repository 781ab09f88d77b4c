package uip

import "strconv"

// Prices in USD. Invalidating, auditing and testing a webhook are free. Source:
// UIP's Pricing page; its Message page says 0.05 of a message without files.
const (
	priceIdentify = 0.01
	priceSign     = 0.03
	priceMessage  = 0.03
	priceFiles    = 0.10 // a message with PDFs
)

func priceOf(event string, files int) float64 {
	switch {
	case event == EventIdentify:
		return priceIdentify
	case event == EventSign:
		return priceSign
	case files > 0:
		return priceFiles
	default:
		return priceMessage
	}
}

// affords is whether the balance, if there is one, covers a price.
func (b Business) affords(price float64) bool { return b.Balance == nil || *b.Balance >= price }

// charge takes a price off the balance, if there is one. What the balance does
// not cover is refused, unless it was begun already: an identification that
// others were faster to use up the balance for is charged all the same, and it
// falls below zero.
func (u *UIP) charge(business string, price float64, begun bool) error {
	if b, known := u.business(business); !known || b.Balance == nil {
		return nil
	}
	_, err := u.businesses.Update(business, func(b *Business, _ bool) error {
		switch {
		case b.Balance == nil:
			return nil
		case !begun && !b.affords(price):
			return refuse(codeInsufficientFunds)
		}
		left := toHundredths(*b.Balance - price)
		b.Balance = &left
		return nil
	})
	return err
}

// toHundredths is an amount to the hundredth of a cent, without what binary
// fractions leave of it.
func toHundredths(amount float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(amount, 'f', 4, 64), 64) // what was written can be read
	return rounded
}
