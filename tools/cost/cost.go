// Package cost works out what the system costs on AWS, from what a simulation
// counted and the prices of prices.yaml. The free tiers are left out, so that an
// account that has used them up sees the same figures; so is GuardDuty, which
// costs the same without this product. Amounts are US dollars.
package cost

import (
	"slices"
	"strings"
)

// Line is one thing that AWS charges for.
type Line struct {
	Price    string // its key in prices.yaml
	Quantity float64
}

// USD is what the line costs.
func (l Line) USD() float64 {
	p := Prices.Prices[l.Price]
	return l.Quantity * p.USD / p.Per
}

// Bill is what something costs: a line a price, in their order.
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

// Of is the part of the bill that a service, as prices.yaml names it, is paid.
func (b Bill) Of(service string) (sum float64) {
	for _, l := range b.Lines {
		if Prices.Prices[l.Price].Service == service {
			sum += l.USD()
		}
	}
	return sum
}

// Times is the bill for so many of the same.
func (b Bill) Times(n float64) Bill {
	b.Lines = slices.Clone(b.Lines)
	for i := range b.Lines {
		b.Lines[i].Quantity *= n
	}
	return b
}

// Sum is one bill for all of them.
func Sum(name string, bills ...Bill) Bill {
	quantities := map[string]float64{}
	for _, b := range bills {
		for _, l := range b.Lines {
			quantities[l.Price] += l.Quantity
		}
	}
	return bill(name, quantities)
}

// bill has a line for every quantity that is not nothing.
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
