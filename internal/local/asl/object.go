package asl

import (
	"encoding/json"
	"math"
	"slices"
)

// maxSeconds is the maximum of fields in seconds.
const maxSeconds = 99999999

// jsonPathFields are fields of the JSONPath query language, with what replaces them, for a helpful message.
var jsonPathFields = map[string]string{
	"InputPath": "Arguments", "OutputPath": "Output", "ResultPath": "Output or Assign", "Parameters": "Arguments",
	"ResultSelector": "Output", "Result": "Output", "ItemsPath": "Items", "SecondsPath": "Seconds",
	"TimestampPath": "Timestamp", "TimeoutSecondsPath": "TimeoutSeconds", "HeartbeatSecondsPath": "HeartbeatSeconds",
	"MaxConcurrencyPath": "MaxConcurrency", "ErrorPath": "Error", "CausePath": "Cause", "Variable": "Condition",
	"Iterator": "ItemProcessor",
}

// object reads the fields of a JSON object, and records which ones were read.
type object struct {
	p    *parser
	path string
	n    *node
	used []string
}

func (p *parser) object(n *node, path string) *object {
	if !n.object {
		p.fault(path, "must be an object, and is %s", n.kind())
		return nil
	}
	return &object{p: p, path: path, n: n}
}

func (o *object) at(field string) string {
	if o.path == "" {
		return field
	}
	return o.path + "." + field
}

// take returns the field's value, or nil if the object lacks the field.
func (o *object) take(field string) *node {
	o.used = append(o.used, field)
	for _, m := range o.n.members {
		if m.name == field {
			return m.node
		}
	}
	return nil
}

func (o *object) need(field, what string) *node {
	n := o.take(field)
	if n == nil {
		o.p.fault(o.at(field), "required: %s", what)
	}
	return n
}

// done reports the fields that were not read.
func (o *object) done() {
	for _, m := range o.n.members {
		if slices.Contains(o.used, m.name) {
			continue
		}
		if instead, ok := jsonPathFields[m.name]; ok {
			o.p.fault(o.at(m.name), "belongs to JSONPath; in JSONata it is %s", instead)
		} else {
			o.p.fault(o.at(m.name), "is not a field that is known here")
		}
	}
}

// comment reads the field Comment, which every object of a definition may have.
func (o *object) comment() string {
	n := o.take("Comment")
	if n == nil {
		return ""
	}
	s, ok := n.value.(string)
	if !ok {
		o.p.fault(o.at("Comment"), "must be a string, and is %s", n.kind())
	}
	return s
}

// name reads a field that holds a state's name.
func (o *object) name(field string, required bool) string {
	n := o.take(field)
	if n == nil {
		if required {
			o.p.fault(o.at(field), "required: the name of a state")
		}
		return ""
	}
	s, ok := n.value.(string)
	if !ok || s == "" {
		o.p.fault(o.at(field), "must be the name of a state")
	}
	return s
}

// number reads a number between least and most; it must be whole if whole is true.
func (o *object) number(field string, otherwise, least, most float64, whole bool) float64 {
	n := o.take(field)
	if n == nil {
		return otherwise
	}
	v, ok := asNumber(n)
	if !ok || v < least || v > most || whole && v != math.Trunc(v) {
		kind := "a number"
		if whole {
			kind = "a whole number"
		}
		o.p.fault(o.at(field), "must be %s from %.10g to %.10g", kind, least, most)
		return otherwise
	}
	return v
}

func (o *object) integer(field string, otherwise, least, most int) int {
	return int(o.number(field, float64(otherwise), float64(least), float64(most), true))
}

func asNumber(n *node) (float64, bool) {
	number, ok := n.value.(json.Number)
	if !ok {
		return 0, false
	}
	v, err := number.Float64()
	return v, err == nil
}

// amount reads a whole number of at least least, or an expression for one.
func (o *object) amount(field string, least int) *template {
	n := o.take(field)
	if n == nil {
		return nil
	}
	if v, ok := asNumber(n); !n.expression() && (!ok || v != math.Trunc(v) || v < float64(least) || v > maxSeconds) {
		o.p.fault(o.at(field), "must be a whole number from %d to %d, or an expression for one", least, maxSeconds)
		return nil
	}
	return o.p.template(n, o.at(field), field)
}

// words reads a string, or an expression for one.
func (o *object) words(field string) *template {
	n := o.take(field)
	if n == nil {
		return nil
	}
	if _, ok := n.value.(string); !ok {
		o.p.fault(o.at(field), "must be a string, and is %s", n.kind())
		return nil
	}
	return o.p.template(n, o.at(field), field)
}

// payload reads JSON that may contain expressions. prefix is what Step Functions puts before the field's name in
// the location of an expression that failed.
func (o *object) payload(field, prefix string) *template {
	n := o.take(field)
	if n == nil {
		return nil
	}
	return o.p.template(n, o.at(field), prefix+field)
}
