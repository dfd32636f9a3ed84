package cost

import (
	_ "embed"
	"fmt"

	"github.com/goccy/go-yaml"
)

//go:embed prices.yaml
var priceList []byte

// Price is an AWS price and its source.
type Price struct {
	Service string  `yaml:"service"`
	USD     float64 `yaml:"usd"` // of Per units
	Per     float64 `yaml:"per"`
	Unit    string  `yaml:"unit"`
	Source  string  `yaml:"source"` // URL where it was read
	Stated  string  `yaml:"stated"` // the source's own date; empty if it has none
	AWS     string  `yaml:"aws"`    // URL where AWS publishes it
}

// PriceList is the prices of one Region.
type PriceList struct {
	Read   string           `yaml:"read"` // the day on which the sources were read
	Region string           `yaml:"region"`
	Prices map[string]Price `yaml:"prices"`
}

// Prices are the prices in prices.yaml, in US dollars.
var Prices = func() PriceList {
	var p PriceList
	if err := yaml.UnmarshalWithOptions(priceList, &p, yaml.Strict()); err != nil {
		panic(fmt.Sprintf("prices.yaml, which a test reads too: %v", err))
	}
	return p
}()
