// Package cost computes what the system costs on AWS, from the counts of a simulation
// and the prices in prices.yaml. Free tiers are left out, so that the figures hold for
// an account that has used them up. So is GuardDuty, which costs the same without this
// product. Amounts are US dollars.
package cost

import (
	"slices"
	"strings"
)

// Line is an item that AWS charges for.
type Line struct {
	Price    string // its key in prices.yaml
	Quantity float64
}

// USD is the line's amount.
func (l Line) USD() float64 {
	p := Prices.Prices[l.Price]
	return l.Quantity * p.USD / p.Per
}

// Bill is the cost of something: one line per price, sorted by price.
type Bill struct {
	Name  string
	Lines []Line
}

// USD is the sum of all lines.
func (b Bill) USD() (sum float64) {
	for _, l := range b.Lines {
		sum += l.USD()
	}
	return sum
}

// Of is the part of the bill for a service, as prices.yaml names it.
func (b Bill) Of(service string) (sum float64) {
	for _, l := range b.Lines {
		if Prices.Prices[l.Price].Service == service {
			sum += l.USD()
		}
	}
	return sum
}

// Times is the bill multiplied by n.
func (b Bill) Times(n float64) Bill {
	b.Lines = slices.Clone(b.Lines)
	for i := range b.Lines {
		b.Lines[i].Quantity *= n
	}
	return b
}

// Sum adds several bills into one.
func Sum(name string, bills ...Bill) Bill {
	quantities := map[string]float64{}
	for _, b := range bills {
		for _, l := range b.Lines {
			quantities[l.Price] += l.Quantity
		}
	}
	return bill(name, quantities)
}

// bill makes a line for every quantity that is not zero.
func bill(name string, quantities map[string]float64) Bill {
	b := Bill{Name: name}
	for price, quantity := range quantities {
		if quantity != 0 {
			b.Lines = append(b.Lines, Line{price, quantity})
		}
	}
	slices.SortFunc(b.Lines, func(x, y Line) int { return strings.Compare(x.Price, y.Price) })
	return b
}
