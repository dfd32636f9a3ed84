package call

// concerns reports whether a fault can apply to the call.
func (s *Service) concerns(f Fault, c Call) bool {
	if needsState := f.Kind == Stale || f.Answer; needsState && s.State == nil && f.Service == s.Name {
		panic("account: " + s.Name + " keeps no state that this fault could show or try")
	}
	switch f.Kind {
	case Delayed:
		return c.Mutating && (!f.Answer || s.State != nil)
	case Stale:
		return !c.Mutating && s.State != nil && (s.Consistent == nil || !s.Consistent(c))
	default:
		return true
	}
}

// remember copies the state before a change if a fault may need it; calling keep stores the
// copy. The caller holds the lock.
func (s *Service) remember() (keep func()) {
	depth := s.staleDepth()
	if s.State == nil || depth == 0 {
		s.earlier = nil
		return func() {}
	}
	state := s.State.copy()
	return func() {
		s.earlier = append(s.earlier, state)
		s.earlier = s.earlier[max(0, len(s.earlier)-depth):]
	}
}

// staleDepth is the largest Behind of the armed faults.
func (s *Service) staleDepth() int {
	s.trace.Lock()
	defer s.trace.Unlock()
	depth := 0
	for _, f := range s.faults {
		if f.Service == "" || f.Service == s.Name {
			depth = max(depth, f.Behind)
		}
	}
	return depth
}

// lookBack shows the state before the last changes, or the oldest stored one, until back is
// called. The caller holds the lock.
func (s *Service) lookBack(changes int) (back func(), behind int) {
	behind = min(changes, len(s.earlier))
	if behind == 0 {
		return func() {}, 0
	}
	was := s.State.show(s.earlier[len(s.earlier)-behind])
	return func() { s.State.show(was) }, behind
}

// isBehind records that a call's answer was stale.
func (e *Endpoint) isBehind(seq, changes int) {
	e.trace.Lock()
	defer e.trace.Unlock()
	e.calls[seq-1].Behind = changes
}
