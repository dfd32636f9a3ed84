package invariants

// tagsDecideNothing is I14: a network ACL is deleted only if the ledger has it as made, and
// one that it has as made is never on record as what stood on a subnet before.
func (c *check) tagsDecideNothing() {
	made := map[string]int{} // the order of the first record, by ACL
	for _, w := range c.writes {
		if _, known := made[w.text("id")]; w.is("MADE") && w.text("id") != "" && !known {
			made[w.text("id")] = w.order()
		}
	}
	for _, call := range c.r.Calls {
		if call.Operation != "DeleteNetworkAcl" || call.Effect == nil {
			continue
		}
		for _, acl := range touched(call) {
			if order, known := made[acl]; !known || order > call.Effect.Order {
				c.breaks("I14", "%s deleted %s, which is not on record as made", call.Execution, acl)
			}
		}
	}
	for _, w := range c.writes {
		if order, known := made[w.text("before_acl")]; known && w.is("HOLD") && order < w.order() {
			c.breaks("I14", "%s put %s, which was made, on record as what stood on %s before", w.call.Execution, w.text("before_acl"), w.last())
		}
	}
}
