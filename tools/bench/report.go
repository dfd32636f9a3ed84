package main

import (
	"maps"
	"slices"
	"time"
)

// Report is what --json prints. Times are in seconds, memory is in bytes.
type Report struct {
	Flood  Flood    `json:"flood"`
	Growth *Growth  `json:"growth,omitempty"`
	Speed  []Speed  `json:"speed,omitempty"`
	Costs  []Cost   `json:"costs,omitempty"`
	Broken []string `json:"broken"`
}

// Flood is the flood's size, its results and its calls.
type Flood struct {
	Findings  int            `json:"findings"`
	Instances int            `json:"instances"`
	Subnets   int            `json:"subnets"`
	VPCs      int            `json:"vpcs"`
	Ended     map[string]int `json:"ended"`

	PerSecond float64 `json:"findingsPerSecond"`
	Took      float64 `json:"took"`
	CPU       float64 `json:"cpu"`
	Simulated float64 `json:"simulated"`
	LastCut   Cut     `json:"lastCut"`
	// ToCut are the virtual times from an instance's finding to its verified cut.
	ToCut Quantiles `json:"toCut"`
	// PeakMemory is the process's peak memory by the end of the flood.
	PeakMemory int64       `json:"peakMemory"`
	Calls      []Operation `json:"calls"`
}

// Cut is the time of the last instance's cut, from the beginning of the flood.
type Cut struct {
	Simulated float64 `json:"simulated"`
	Took      float64 `json:"took"`
}

// Quantiles summarizes the times of all instances.
type Quantiles struct {
	Median float64 `json:"median"`
	P90    float64 `json:"p90"`
	Most   float64 `json:"most"`
}

// Operation counts the calls of one API operation. Refused calls had no effect because
// another call was quicker.
type Operation struct {
	Service   string `json:"service"`
	Name      string `json:"name"`
	Mutating  bool   `json:"mutating"`
	Least     int    `json:"least"`
	Made      int    `json:"made"`
	Effects   int    `json:"effects"`
	Throttled int    `json:"throttled"`
	Refused   int    `json:"refused"`
}

// Growth compares the flood with a smaller one. A ratio of 1 means that time or memory
// per finding is the same in both.
type Growth struct {
	Findings    int     `json:"findings"`
	CPURatio    float64 `json:"cpuPerFindingRatio"`
	MemoryRatio float64 `json:"memoryPerFindingRatio"`
}

// Speed is how fast executions run, in as many accounts at once as there are processors.
type Speed struct {
	Kind       string  `json:"kind"`
	Executions int     `json:"executions"`
	PerSecond  float64 `json:"executionsPerSecond"`
	CPU        float64 `json:"cpuPerExecution"`
	OnTwo      float64 `json:"executionsPerSecondOfTwoProcessors"`
}

// Cost is an amount in US dollars that AWS charges.
type Cost struct {
	Of  string  `json:"of"`
	USD float64 `json:"usd"`
}

func (m measured) report(least map[operation]int, peak int64) Flood {
	o, p := &m.outcome, m.plan
	r := Flood{
		Findings: p.findings(), Instances: p.hosts(), Subnets: p.subnets, VPCs: p.vpcs(), Ended: o.ended,
		PerSecond: float64(p.findings()) / o.took.Seconds(), Took: o.took.Seconds(), CPU: m.cpu.Seconds(), Simulated: o.simulated.Seconds(),
		LastCut:    Cut{Simulated: o.lastCut.Seconds(), Took: o.lastCutTook.Seconds()},
		ToCut:      Quantiles{o.quantile(0.5).Seconds(), o.quantile(0.9).Seconds(), o.quantile(1).Seconds()},
		PeakMemory: peak,
	}
	for _, op := range slices.SortedFunc(maps.Keys(o.calls), operation.compare) {
		n := o.calls[op]
		r.Calls = append(r.Calls, Operation{
			Service: op.service, Name: op.name, Mutating: n.mutating, Least: least[op], Made: n.made,
			Effects: m.effects(op), Throttled: n.throttled, Refused: n.refused,
		})
	}
	return r
}

func grown(small, large measured) *Growth {
	return &Growth{
		Findings:    small.plan.findings(),
		CPURatio:    ratio(large.each(), small.each()),
		MemoryRatio: float64(large.perFinding()) / float64(small.perFinding()),
	}
}

func ratio(a, b time.Duration) float64 { return a.Seconds() / b.Seconds() }

func (s speed) report() Speed {
	return Speed{Kind: s.kind, Executions: s.executions, PerSecond: s.perSecond(), CPU: s.each().Seconds(), OnTwo: s.onTwo()}
}
