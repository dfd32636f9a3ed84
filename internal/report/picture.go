package report

import "slices"

// picture is the network at a moment, as a drawing: see page.html.
type picture struct {
	Moment        string
	Width, Height float64
	Boxes         []box
	Arrows        []arrow
}

// arrow is a way, from one edge to another; Stop is where it is closed.
type arrow struct {
	X1, Y1, X2, Y2 float64
	StopX, StopY   float64
	LabelX, LabelY float64
	Pass           Pass
	What, Word     string
	Reason         string
	Heads          [][3][2]float64
}

// Sizes of a picture, in pixels.
const (
	edge       = 12  // around what stands in a box
	topHeight  = 40  // of the internet
	between    = 70  // from the internet to the VPC, and from the subnet to what is below it
	titled     = 30  // room for the title of a box
	slot       = 128 // of an arrow with its label
	cardWidth  = 150
	belowWidth = 240 // of a subnet with its id
	cardHeight = 44
	sideways   = 150 // of an arrow inside the subnet
	rowHeight  = 40  // of such an arrow
)

// sketch is a picture in the making.
type sketch struct {
	picture
	host                Host
	moment              int
	top, beside, below  []Way // by where the other end is
	x, y, width, height float64
	subnetBottom        float64
}

func drawn(moment string, host Host, ways []Way, at int) picture {
	s := sketch{picture: picture{Moment: moment}, host: host, moment: at}
	for _, w := range ways {
		switch other := s.other(w); {
		case other.ID == Internet:
			s.top = append(s.top, w)
		case other.Subnet != "" && other.Subnet == host.Subnet:
			s.beside = append(s.beside, w)
		default:
			s.below = append(s.below, w)
		}
	}
	s.frame()
	s.drawTop()
	s.drawBeside()
	s.drawBelow()
	return s.picture
}

func (s *sketch) other(w Way) Host {
	if w.From == s.host {
		return w.To
	}
	return w.From
}

// others are the other ends, each once.
func (s *sketch) others(ways []Way) (out []Host) {
	for _, w := range ways {
		if h := s.other(w); !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return out
}

// slots are how wide the row of those is that stand below.
func (s *sketch) slots() (width float64) {
	for _, h := range s.others(s.below) {
		width += s.slotOf(h) + edge
	}
	return width
}

func (s *sketch) slotOf(h Host) float64 {
	n := 0
	for _, w := range s.below {
		if s.other(w) == h {
			n++
		}
	}
	return max(belowWidth, slot*float64(n))
}

// frame places the VPC, the subnet and the instance in it.
func (s *sketch) frame() {
	s.x, s.y = 3*edge, topHeight+between+2*titled
	s.width = max(2*slot, slot*float64(len(s.top)), s.slots())
	s.height = max(72, rowHeight*float64(len(s.beside)))
	subnet := s.width + 2*edge
	if len(s.beside) > 0 {
		subnet += sideways + cardWidth
	}
	s.Width = subnet + 4*edge
	s.subnetBottom = s.y + s.height + edge
	bottom := s.subnetBottom + edge
	if len(s.below) > 0 {
		bottom = s.subnetBottom + between + titled + cardHeight + 2*edge
	}
	s.Height = bottom + edge
	s.Boxes = append(s.Boxes,
		box{edge, edge / 2, s.Width - 2*edge, topHeight, "internet", "Internet", ""},
		box{edge, topHeight + between, s.Width - 2*edge, bottom - topHeight - between, "vpc", "VPC", s.host.VPC},
		box{2 * edge, topHeight + between + titled, subnet, s.subnetBottom - topHeight - between - titled, s.subnetLook(), "Subnet", s.host.Subnet},
		box{s.x, s.y, s.width, s.height, "accused", s.host.Name, shownID(s.host)})
}

// subnetLook shows whether the subnet is cut off: nothing that was asked crosses its border.
func (s *sketch) subnetLook() string {
	crossing := s.top
	for _, w := range s.below {
		if s.other(w).ID != Resolver {
			crossing = append(slices.Clone(crossing), w)
		}
	}
	open := func(w Way) bool { return w.At[s.moment].Pass != Closed }
	if len(crossing) == 0 || slices.ContainsFunc(crossing, open) {
		return "subnet"
	}
	return "subnet cut"
}

func (s *sketch) drawTop() {
	for i, w := range s.top {
		x := s.x + s.width*(float64(i)+0.5)/float64(len(s.top)) - 40
		s.arrow(w, x, s.y, x, topHeight+edge/2, x, topHeight+between+titled)
		s.label(x+8, topHeight+between/2)
	}
}

func (s *sketch) drawBeside() {
	y, x := s.y, s.x+s.width+sideways
	for _, h := range s.others(s.beside) {
		from := y
		for _, w := range s.beside {
			if s.other(w) == h {
				at := y + rowHeight/2
				s.arrow(w, s.x+s.width, at, x, at, s.x+s.width+sideways/2, at)
				s.label(s.x+s.width+8, at-6)
				y += rowHeight
			}
		}
		s.Boxes = append(s.Boxes, box{x, from + 1, cardWidth, y - from - 2, "host", h.Name, shownID(h)})
	}
}

func (s *sketch) drawBelow() {
	x, top := s.x, s.subnetBottom+between
	for _, h := range s.others(s.below) {
		width, i := s.slotOf(h), 0
		if h.Subnet != "" {
			s.Boxes = append(s.Boxes, box{x - edge/2, top, width, titled + cardHeight + edge, "subnet below", "Subnet", h.Subnet})
		}
		s.Boxes = append(s.Boxes, box{x + edge/2, top + edge, width - 2*edge, cardHeight, hostLook(h), h.Name, shownID(h)})
		for _, w := range s.below {
			if s.other(w) != h {
				continue
			}
			at, stop := x+edge+20+slot*float64(i), s.subnetBottom
			s.arrow(w, at, s.y+s.height, at, top+edge, at, stop)
			s.label(at+8, s.subnetBottom+between/2)
			i++
		}
		x += width + edge
	}
}

func hostLook(h Host) string {
	if h.Subnet == "" {
		return "service"
	}
	return "host"
}

// shownID is an id that says more than the name.
func shownID(h Host) string {
	if h.ID == Resolver || h.ID == h.Name {
		return ""
	}
	return h.ID
}
