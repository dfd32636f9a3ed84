package cost

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
)

// Print writes bills as text, line by line.
func Print(w io.Writer, bills ...Bill) error {
	_, _ = fmt.Fprintf(w, "Prices of %s, read on %s, without free tiers and without GuardDuty\n", Prices.Region, Prices.Read)
	for _, b := range bills {
		_, _ = fmt.Fprintf(w, "\n%s: %s\n", b.Name, Dollars(b.USD()))
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		for _, l := range b.Lines {
			_, _ = fmt.Fprintf(table, "%s\t%s\t  %s\n", Dollars(l.USD()), amount(l.Quantity), Prices.Prices[l.Price].Unit)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// Markdown is a table with a column per bill and a row per service.
func Markdown(bills ...Bill) string {
	var names, totals []string
	for _, b := range bills {
		names, totals = append(names, b.Name), append(totals, "**"+Dollars(b.USD())+"**")
	}
	rows := [][]string{names, slices.Repeat([]string{"--:"}, len(bills))}
	heads := []string{"", "---"}
	for _, service := range services(bills) {
		var row []string
		for _, b := range bills {
			row = append(row, Dollars(b.Of(service)))
		}
		heads, rows = append(heads, service), append(rows, row)
	}
	heads, rows = append(heads, "**all**"), append(rows, totals)
	var text strings.Builder
	for i, row := range rows {
		_, _ = fmt.Fprintf(&text, "| %s | %s |\n", heads[i], strings.Join(row, " | "))
	}
	return text.String()
}

// services are the services in any of the bills, the most expensive one first.
func services(bills []Bill) (all []string) {
	total := map[string]float64{}
	for _, l := range Sum("", bills...).Lines {
		total[Prices.Prices[l.Price].Service] += l.USD()
	}
	return slices.SortedFunc(maps.Keys(total), func(x, y string) int {
		return cmp.Or(cmp.Compare(total[y], total[x]), cmp.Compare(x, y))
	})
}

// Dollars formats an amount to the cent, or with two significant digits below a cent.
func Dollars(usd float64) string {
	switch {
	case usd == 0:
		return "0"
	case usd < 0.00001:
		return "< $0.00001"
	case usd >= 0.1:
		return fmt.Sprintf("$%.2f", usd)
	}
	return "$" + twoDigits(usd)
}

// amount formats a quantity.
func amount(q float64) string {
	if q >= 100 || q == math.Trunc(q) {
		return fmt.Sprintf("%.0f", q)
	}
	return twoDigits(q)
}

// twoDigits formats v with two significant digits, or more before the decimal point, without an exponent.
func twoDigits(v float64) string {
	return fmt.Sprintf("%.*f", max(0, 1-int(math.Floor(math.Log10(v)))), v)
}
