package asl

import "fmt"

func (p *parser) parallel(o *object, st *state, outer, scope map[string]bool) {
	p.flow(o, st, outer)
	p.errors(o, st, outer)
	st.arguments = o.payload("Arguments", "")
	n := o.need("Branches", "an array of at least one branch")
	if n == nil {
		return
	}
	if !n.array || len(n.items) == 0 {
		p.fault(o.at("Branches"), "must be an array of at least one branch")
		return
	}
	for i, item := range n.items {
		if b := p.object(item, fmt.Sprintf("%s[%d]", o.at("Branches"), i)); b != nil {
			b.comment()
			st.programs = append(st.programs, p.program(b, st, scope))
			b.done()
		}
	}
}

// distributedFields are the fields of a Map state in distributed mode, whose iterations are executions.
var distributedFields = []string{"ItemReader", "ItemBatcher", "ResultWriter", "Label",
	"ToleratedFailureCount", "ToleratedFailurePercentage", "ToleratedFailureCountPath", "ToleratedFailurePercentagePath"}

func (p *parser) mapState(o *object, st *state, outer, scope map[string]bool) {
	p.flow(o, st, outer)
	p.errors(o, st, outer)
	for _, field := range distributedFields {
		if o.take(field) != nil {
			p.fault(o.at(field), "belongs to distributed Map states, which do not run here")
		}
	}
	if n := o.take("Items"); n != nil {
		if !n.array && !n.expression() {
			p.fault(o.at("Items"), "must be an array, or an expression for one")
		}
		st.items = o.payload("Items", "")
	}
	st.itemSelector = o.payload("ItemSelector", "")
	st.maxConcurrency = o.amount("MaxConcurrency", 0)
	n := o.need("ItemProcessor", "the states that run for each item")
	if n == nil {
		return
	}
	if b := p.object(n, o.at("ItemProcessor")); b != nil {
		b.comment()
		p.processorConfig(b)
		st.programs = []*program{p.program(b, st, scope)}
		b.done()
	}
}

func (p *parser) processorConfig(o *object) {
	n := o.take("ProcessorConfig")
	if n == nil {
		return
	}
	c := p.object(n, o.at("ProcessorConfig"))
	if c == nil {
		return
	}
	if mode := c.take("Mode"); mode != nil && mode.value != "INLINE" {
		p.fault(c.at("Mode"), "must be \"INLINE\": distributed Map states do not run here")
	}
	c.done()
}
