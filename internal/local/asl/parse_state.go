package asl

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// state reads one state. outer are the variables that enclosing programs assign, which this state may not assign;
// scope adds those of its own program, which the programs inside it may not assign.
func (p *parser) state(name string, n *node, path string, parent *state, outer, scope map[string]bool) *state {
	st := &state{name: name, path: path, parent: parent}
	p.stateName(name, path)
	p.machine.all = append(p.machine.all, st)
	o := p.object(n, path)
	if o == nil {
		return st
	}
	st.comment = o.comment()
	if n := o.take("QueryLanguage"); n != nil {
		p.queryLanguage(n, o.at("QueryLanguage"))
	}
	typ := o.need("Type", "the state's type")
	if typ == nil {
		return st
	}
	st.typ, _ = typ.value.(string)
	switch st.typ {
	case typeTask:
		p.task(o, st, outer)
	case typeParallel:
		p.parallel(o, st, outer, scope)
	case typeMap:
		p.mapState(o, st, outer, scope)
	case typePass:
		p.flow(o, st, outer)
	case typeWait:
		p.wait(o, st, outer)
	case typeChoice:
		p.choice(o, st, outer)
	case typeSucceed:
		st.output = o.payload("Output", "")
	case typeFail:
		st.errorName, st.cause = o.words("Error"), o.words("Cause")
	default:
		p.fault(o.at("Type"), "must be Task, Parallel, Map, Pass, Wait, Choice, Succeed or Fail")
		return st // the fields of an unknown type cannot be checked
	}
	o.done()
	return st
}

// flow reads the fields of states that have a successor: Next or End, Output and Assign.
func (p *parser) flow(o *object, st *state, outer map[string]bool) {
	st.output = o.payload("Output", "")
	st.assign = p.assign(o, outer, "")
	st.next = o.name("Next", false)
	end := o.take("End")
	if end != nil && end.value != true {
		p.fault(o.at("End"), "must be true where it is given")
	}
	switch given := o.take("Next") != nil; {
	case given && end != nil:
		p.fault(o.path, "has both Next and End: give one")
	case !given && end == nil:
		p.fault(o.path, "has neither Next nor End: give one")
	}
}

func (p *parser) task(o *object, st *state, outer map[string]bool) {
	p.flow(o, st, outer)
	p.errors(o, st, outer)
	st.arguments = o.payload("Arguments", "")
	st.timeout = o.amount("TimeoutSeconds", 1)
	st.heartbeat = o.amount("HeartbeatSeconds", 1)
	if t, ok := st.timeout.constant(); ok {
		if h, ok := st.heartbeat.constant(); ok && h >= t {
			p.fault(o.at("HeartbeatSeconds"), "must be less than TimeoutSeconds")
		}
	}
	n := o.need("Resource", "the ARN of what does the work")
	if n == nil {
		return
	}
	arn, ok := n.value.(string)
	if !ok || arn == "" || isExpression(arn) {
		p.fault(o.at("Resource"), "must be a constant string that is not empty")
		return
	}
	st.resource = parseResource(arn)
}

func (p *parser) wait(o *object, st *state, outer map[string]bool) {
	p.flow(o, st, outer)
	st.seconds = o.amount("Seconds", 0)
	st.timestamp = o.words("Timestamp")
	if (o.take("Seconds") == nil) == (o.take("Timestamp") == nil) {
		p.fault(o.path, "must have one of Seconds and Timestamp")
	}
	if t := st.timestamp; t != nil && t.literal != nil {
		if _, err := parseTimestamp(t.literal); err != nil {
			p.fault(o.at("Timestamp"), "%v", err)
		}
	}
}

func (p *parser) choice(o *object, st *state, outer map[string]bool) {
	st.output = o.payload("Output", "")
	st.assign = p.assign(o, outer, "")
	st.defaultState = o.name("Default", false)
	n := o.need("Choices", "an array of at least one rule")
	if n == nil {
		return
	}
	if !n.array || len(n.items) == 0 {
		p.fault(o.at("Choices"), "must be an array of at least one rule")
		return
	}
	for i, item := range n.items {
		r := p.object(item, fmt.Sprintf("%s[%d]", o.at("Choices"), i))
		if r == nil {
			continue
		}
		st.choices = append(st.choices, p.rule(r, fmt.Sprintf("Choices[%d]/", i), outer))
	}
}

func (p *parser) rule(o *object, prefix string, outer map[string]bool) rule {
	o.comment()
	r := rule{next: o.name("Next", true), output: o.payload("Output", prefix), assign: p.assign(o, outer, prefix)}
	if n := o.need("Condition", "an expression that gives true or false"); n != nil {
		if _, ok := n.value.(bool); !ok && !n.expression() {
			p.fault(o.at("Condition"), "must be an expression that gives true or false, in {%% and %%}")
		} else {
			r.condition = o.payload("Condition", prefix)
		}
	}
	o.done()
	return r
}

// assign reads Assign. A program may not assign a variable of an enclosing program: see
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html.
func (p *parser) assign(o *object, outer map[string]bool, prefix string) []assignment {
	n := o.take("Assign")
	if n == nil {
		return nil
	}
	path := o.at("Assign")
	if !n.object {
		p.fault(path, "must be an object of variables")
		return nil
	}
	var all []assignment
	for _, m := range n.members {
		at := path + "." + m.name
		switch {
		case !isVariable(m.name):
			p.fault(at, "a variable's name begins with a letter or _, has letters, digits and _, at most 80, and no $")
		case m.name == "states":
			p.fault(at, "the name states is reserved")
		case outer[m.name]:
			p.fault(at, "belongs to an outer scope, which can be read here but not assigned")
		}
		all = append(all, assignment{m.name, p.template(m.node, at, prefix+"Assign/"+m.name)})
	}
	return all
}

func isVariable(name string) bool {
	if name == "" || utf8.RuneCountInString(name) > 80 {
		return false
	}
	return strings.IndexFunc(name, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) < 0 &&
		!unicode.IsDigit([]rune(name)[0])
}
