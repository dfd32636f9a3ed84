package cost

import (
	_ "embed"
	"fmt"

	"github.com/goccy/go-yaml"
)

//go:embed prices.yaml
var priceList []byte

// Price is what AWS asks for something, and where that was read.
type Price struct {
	Service string  `yaml:"service"`
	USD     float64 `yaml:"usd"` // of Per units
	Per     float64 `yaml:"per"`
	Unit    string  `yaml:"unit"`
	Source  string  `yaml:"source"` // the address at which it was read
	Stated  string  `yaml:"stated"` // the source's own date; empty where it has none
	AWS     string  `yaml:"aws"`    // the address at which AWS publishes it
}

// PriceList is one region's prices.
type PriceList struct {
	Read   string           `yaml:"read"` // the day on which the sources were read
	Region string           `yaml:"region"`
	Prices map[string]Price `yaml:"prices"`
}

// Prices are those of prices.yaml. Each is in US dollars.
var Prices = func() PriceList {
	var p PriceList
	if err := yaml.UnmarshalWithOptions(priceList, &p, yaml.Strict()); err != nil {
		panic(fmt.Sprintf("prices.yaml, which a test reads too: %v", err))
	}
	return p
}()
