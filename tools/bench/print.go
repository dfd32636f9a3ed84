package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/ec2-quarantine/quarantine/tools/cost"
)

// print writes the report as text.
func (r *Report) print(w io.Writer, bills []cost.Bill) error {
	r.Flood.print(w)
	if g := r.Growth; g != nil {
		fmt.Fprintf(w, "\nGrowth from %d to %d findings (1.00 is linear): processor time a finding × %.2f, memory a finding × %.2f\n",
			g.Findings, r.Flood.Findings, g.CPURatio, g.MemoryRatio)
	}
	if len(r.Speed) > 0 {
		fmt.Fprintf(w, "\nExecutions a second, on as many accounts side by side as there are processors\n")
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "mix\texecutions\ta second here\tprocessor time each\ta second on two processors")
		for _, s := range r.Speed {
			fmt.Fprintf(table, "%s\t%d\t%.0f\t%.2f ms\t%.0f\n", s.Kind, s.Executions, s.PerSecond, s.CPU*1000, s.OnTwo)
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	if len(bills) > 0 {
		fmt.Fprintln(w)
		if err := cost.Print(w, bills...); err != nil {
			return err
		}
	}
	fmt.Fprintln(w)
	for _, b := range r.Broken {
		fmt.Fprintln(w, "BROKEN", b)
	}
	if len(r.Broken) == 0 {
		fmt.Fprintln(w, "Every finding ended contained or joined; every subnet was cut once; changes were as few as they can be.")
	}
	return nil
}

func (f *Flood) print(w io.Writer) {
	fmt.Fprintf(w, "%d findings about %d instances in %d subnets of %d VPCs, within EC2's request limits\n", f.Findings, f.Instances, f.Subnets, f.VPCs)
	for _, how := range slices.Sorted(maps.Keys(f.Ended)) {
		fmt.Fprintf(w, "  %6d %s\n", f.Ended[how], how)
	}
	fmt.Fprintf(w, "Last instance cut off after %s simulated (%s here); all over after %s simulated (%s here)\n",
		seconds(f.LastCut.Simulated), seconds(f.LastCut.Took), seconds(f.Simulated), seconds(f.Took))
	fmt.Fprintf(w, "From an instance's finding to its verified cut, simulated: median %s, nine in ten %s, all %s\n",
		seconds(f.ToCut.Median), seconds(f.ToCut.P90), seconds(f.ToCut.Most))
	fmt.Fprintf(w, "%.0f findings a second here, %.2f ms of processor time each; peak memory %d MB\n",
		f.PerSecond, f.CPU/float64(f.Findings)*1000, f.PeakMemory>>20)
	fmt.Fprintln(w, "\nCalls; least is what is needed if nothing comes at the same time")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tleast\tmade\ttook effect\tthrottled\ttoo late\t")
	for _, c := range f.Calls {
		name := c.Service + " " + c.Name
		if c.Mutating {
			name += " *"
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t\n", name, c.Least, c.Made, c.Effects, c.Throttled, c.Refused)
	}
	_ = table.Flush() // ignored, like the errors of Fprintf: there is nowhere to report a failed output
	fmt.Fprintln(w, "* changes something where it takes effect")
}

func seconds(s float64) string {
	return time.Duration(s * float64(time.Second)).Round(10 * time.Millisecond).String()
}
