//! Recursive descent over the text of a formula; its length and its depth are bounded.
//!
//! ```text
//! condition = sum ("<" | "<=" | ">" | ">=" | "==" | "!=") sum
//! sum       = product (("+" | "-") product)*
//! product   = signed (("*" | "/") signed)*
//! signed    = "-" signed | power
//! power     = primary ("^" signed)?              2^3^2 = 2^9, -2^2 = -4
//! primary   = number | name | function "(" sum ("," sum)* ")" | "(" sum ")"
//! ```

use super::{Comparison, FormulaError, Function, LONGEST, Node, Operator};
use crate::messages::{Said, said};

/// Deepest nesting of brackets, signs and powers.
const DEEPEST: usize = 32;

pub(super) fn formula(source: &str) -> Result<Node, FormulaError> {
    let mut parser = Parser::new(source)?;
    let node = parser.sum()?;
    parser.end(node)
}

pub(super) fn condition(source: &str) -> Result<(Node, Comparison, Node), FormulaError> {
    let mut parser = Parser::new(source)?;
    let left = parser.sum()?;
    let comparison = parser.comparison()?;
    let right = parser.sum()?;
    parser.end((left, comparison, right))
}

struct Parser<'a> {
    source: &'a str,
    rest: &'a str,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str) -> Result<Self, FormulaError> {
        let parser = Self { source, rest: source.trim_start(), depth: 0 };
        if source.chars().count() > LONGEST {
            return Err(parser.expected(said!("fault-formula-long", most = LONGEST)));
        }
        Ok(parser)
    }

    fn expected(&self, expected: Said) -> FormulaError {
        let read = self.source.len() - self.rest.len();
        let at = self.source.get(..read).unwrap_or_default().chars().count() + 1;
        FormulaError::Syntax { source_text: self.source.to_owned(), at, expected }
    }

    fn end<T>(&self, parsed: T) -> Result<T, FormulaError> {
        if self.rest.is_empty() { Ok(parsed) } else { Err(self.expected(said!("fault-formula-end"))) }
    }

    /// Goes past `token` and the spaces after it, if it comes next.
    fn takes(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else { return false };
        self.rest = rest.trim_start();
        true
    }

    /// Goes past the characters that are `wanted` and the spaces after them.
    fn word(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let length = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start();
        word
    }

    fn deeper<T>(&mut self, parse: impl Fn(&mut Self) -> Result<T, FormulaError>) -> Result<T, FormulaError> {
        if self.depth == DEEPEST {
            return Err(self.expected(said!("fault-formula-deep", most = DEEPEST)));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn comparison(&mut self) -> Result<Comparison, FormulaError> {
        let known = [
            ("<=", Comparison::AtMost),
            (">=", Comparison::AtLeast),
            ("==", Comparison::Equal),
            ("!=", Comparison::Different),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        for (token, comparison) in known {
            if self.takes(token) {
                return Ok(comparison);
            }
        }
        Err(self.expected(said!("fault-formula-comparison")))
    }

    fn sum(&mut self) -> Result<Node, FormulaError> {
        self.chain([("+", Operator::Plus), ("-", Operator::Minus)], Self::product)
    }

    fn product(&mut self) -> Result<Node, FormulaError> {
        self.chain([("*", Operator::Times), ("/", Operator::Over)], Self::signed)
    }

    fn chain(
        &mut self,
        operators: [(&str, Operator); 2],
        part: impl Fn(&mut Self) -> Result<Node, FormulaError>,
    ) -> Result<Node, FormulaError> {
        let mut node = part(self)?;
        while let Some((_, operator)) = operators.iter().find(|(token, _)| self.takes(token)) {
            node = Node::Binary(Box::new(node), *operator, Box::new(part(self)?));
        }
        Ok(node)
    }

    fn signed(&mut self) -> Result<Node, FormulaError> {
        if self.takes("-") {
            return Ok(Node::Negated(Box::new(self.deeper(Self::signed)?)));
        }
        let base = self.primary()?;
        if !self.takes("^") {
            return Ok(base);
        }
        let exponent = self.deeper(Self::signed)?;
        Ok(Node::Binary(Box::new(base), Operator::Power, Box::new(exponent)))
    }

    fn primary(&mut self) -> Result<Node, FormulaError> {
        if self.takes("(") {
            let inner = self.deeper(Self::sum)?;
            return if self.takes(")") { Ok(inner) } else { Err(self.expected(said!("fault-formula-bracket"))) };
        }
        match self.rest.chars().next() {
            Some(first) if first.is_ascii_digit() || first == '.' => self.number(),
            Some(first) if first.is_ascii_alphabetic() || first == '_' => self.name(),
            Some(_) | None => Err(self.expected(said!("fault-formula-operand"))),
        }
    }

    fn number(&mut self) -> Result<Node, FormulaError> {
        let wrong = self.expected(said!("fault-formula-number"));
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        let mut length = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        if let Some(exponent) = self.rest.get(length..).and_then(|rest| rest.strip_prefix(['e', 'E'])) {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            length = self.rest.len() - digits.len() + end;
        }
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start();
        text.parse().map(Node::Number).map_err(|_| wrong)
    }

    fn name(&mut self) -> Result<Node, FormulaError> {
        let unknown = self.expected(said!("fault-formula-function"));
        let name = self.word(|c| c.is_ascii_alphanumeric() || c == '_');
        let function = Function::named(name);
        match (function, self.takes("(")) {
            (None, false) => Ok(Node::Name(name.to_owned())),
            (None, true) => Err(unknown),
            (Some(_), false) => Err(self.expected(said!("fault-formula-call", function = name))),
            (Some(function), true) => self.arguments(name, function),
        }
    }

    fn arguments(&mut self, name: &str, function: Function) -> Result<Node, FormulaError> {
        let mut arguments = vec![self.deeper(Self::sum)?];
        while self.takes(",") {
            arguments.push(self.deeper(Self::sum)?);
        }
        if !self.takes(")") {
            return Err(self.expected(said!("fault-formula-comma")));
        }
        let (least, most) = function.arguments();
        if !(least..=most).contains(&arguments.len()) {
            let has = arguments.len();
            let fault = said!("fault-formula-arguments", function = name, least = least, most = most, has = has);
            return Err(self.expected(fault));
        }
        Ok(Node::Call(function, arguments))
    }
}
