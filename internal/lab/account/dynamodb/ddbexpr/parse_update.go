package ddbexpr

import "strings"

// Update is an update expression.
type Update struct {
	sets    []assignment
	adds    []change
	deletes []change
	removes []Path
	paths   []Path // changed paths
}

type assignment struct {
	to   Path
	from term
}

// change adds to a number or a set, or removes members from a set.
type change struct {
	path Path
	by   literal
}

// Update parses an UpdateExpression:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
func (s *Scope) Update(src string) (*Update, error) {
	return run(s, "UpdateExpression", src, func(p *parser) *Update {
		u := &Update{}
		seen := map[string]bool{}
		for p.peek().kind != endToken {
			section := strings.ToUpper(p.peek().text)
			if seen[section] {
				p.stop(errorf("The %q section can only be used once in an update expression;", section))
			}
			seen[section] = true
			p.section(u, section)
		}
		p.stop(apart(u.paths))
		return u
	})
}

// Changes returns the top-level attributes that the update writes.
func (u *Update) Changes() []string {
	var names []string
	for _, p := range u.paths {
		names = append(names, p.Name())
	}
	return names
}

// Changed selects the parts of an item that the update writes.
func (u *Update) Changed() *Projection { return projectionOf(u.paths) }

func (p *parser) section(u *Update, name string) {
	known := map[string]func(){
		"SET":    func() { u.sets = list(p, func() assignment { return p.assignment(u) }) },
		"REMOVE": func() { u.removes = list(p, func() Path { return p.target(u) }) },
		"ADD":    func() { u.adds = list(p, func() change { return p.change(u, "ADD", "N", "SS", "NS", "BS") }) },
		"DELETE": func() { u.deletes = list(p, func() change { return p.change(u, "DELETE", "SS", "NS", "BS") }) },
	}
	read, ok := known[name]
	if !ok || p.peek().kind != wordToken {
		p.unexpected()
	}
	p.at++
	read()
}

// target parses a path that is written.
func (p *parser) target(u *Update) Path {
	path := p.path()
	u.paths = append(u.paths, path)
	return path
}

func (p *parser) assignment(u *Update) assignment {
	to := p.target(u)
	p.expect("=")
	return assignment{to: to, from: p.sum()}
}

// change parses the arguments of ADD and DELETE. The documentation allows only top-level
// attributes.
func (p *parser) change(u *Update, section string, allowed ...string) change {
	path := p.target(u)
	if len(path) > 1 {
		p.stop(errorf("The %s section can only be used on top-level attributes; path: %s", section, path))
	}
	if p.peek().kind != valueToken {
		p.unexpected()
	}
	by := p.simple()
	p.typed(section, by, allowed...)
	return change{path: path, by: by.(literal)}
}

// sum parses a term, or two terms with + or - between them.
func (p *parser) sum() term {
	a := p.term()
	operator := p.peek().text
	if p.accept("+") || p.accept("-") {
		b := p.term()
		p.numeric(operator, a, b)
		return arithmetic{a: a, b: b, operator: operator}
	}
	return a
}

func (p *parser) numeric(operator string, terms ...term) {
	for _, t := range terms {
		if v, ok := t.(plain); ok {
			p.typed(operator, v.operand, "N")
		}
	}
}

func (p *parser) term() term {
	if p.accept("(") {
		t := p.sum()
		p.expect(")")
		return t
	}
	if !p.atFunction() {
		return plain{p.simple()}
	}
	name := p.next().text
	p.expect("(")
	a := p.term()
	p.expect(",")
	b := p.term()
	p.expect(")")
	switch name {
	case "if_not_exists":
		v, _ := a.(plain)
		return fallback{path: p.mustPath(name, v.operand), otherwise: b}
	case "list_append":
		for _, t := range []term{a, b} {
			if v, ok := t.(plain); ok {
				p.typed(name, v.operand, "L")
			}
		}
		return concatenation{a, b}
	}
	p.stop(p.misplaced(name))
	return nil
}
