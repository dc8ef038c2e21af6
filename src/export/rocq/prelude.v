(* What the exported theorems and proofs share: Scotoma's language in MathComp.

   A map A -> B is a matrix with B rows and A columns, 'M_(B, A); f*g is f *m g, f' is f^T; a sum of spaces
   A + B has dimension A + B, and [a, b] and [a; b] are row_mx a b and col_mx a b. Names of this file end in a
   prime, which names in Scotoma's own language cannot contain.

   Nothing here is assumed: `Print Assumptions` of every exported theorem is closed. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Export zify ring.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The structural maps of the sum of two spaces, locked so that their entries stay out of sight. *)
Section Blocks.
Variables (F : fieldType) (a b : nat).
Definition fst' : 'M[F]_(a, a + b) := locked (row_mx 1%:M 0).
Definition snd' : 'M[F]_(b, a + b) := locked (row_mx 0 1%:M).
Definition inl' : 'M[F]_(a + b, a) := locked (col_mx 1%:M 0).
Definition inr' : 'M[F]_(a + b, b) := locked (col_mx 0 1%:M).
End Blocks.
Arguments fst' {F} a b.
Arguments snd' {F} a b.
Arguments inl' {F} a b.
Arguments inr' {F} a b.

Section BlockLaws.
Variables (F : fieldType) (a b c : nat).
Implicit Types (x : 'M[F]_(c, a + b)).
Lemma fst_inl' : fst' a b *m inl' a b = 1%:M :> 'M[F]_a.
Proof. by rewrite /fst' /inl' -!lock mul_row_col ?(mul1mx, mulmx1, mul0mx, mulmx0, addr0, add0r). Qed.
Lemma snd_inr' : snd' a b *m inr' a b = 1%:M :> 'M[F]_b.
Proof. by rewrite /snd' /inr' -!lock mul_row_col ?(mul1mx, mulmx1, mul0mx, mulmx0, addr0, add0r). Qed.
Lemma fst_inr' : fst' a b *m inr' a b = 0 :> 'M[F]_(a, b).
Proof. by rewrite /fst' /inr' -!lock mul_row_col ?(mul1mx, mulmx1, mul0mx, mulmx0, addr0, add0r). Qed.
Lemma snd_inl' : snd' a b *m inl' a b = 0 :> 'M[F]_(b, a).
Proof. by rewrite /snd' /inl' -!lock mul_row_col ?(mul1mx, mulmx1, mul0mx, mulmx0, addr0, add0r). Qed.
Lemma inr_snd' : inr' a b *m snd' a b = 1%:M - inl' a b *m fst' a b :> 'M[F]_(a + b).
Proof.
apply/eqP; rewrite eq_sym subr_eq /inr' /snd' /inl' /fst' -!lock !mul_col_row.
by rewrite ?(mul1mx, mulmx1, mul0mx, mulmx0) add_block_mx ?(addr0, add0r) -scalar_mx_block.
Qed.
Lemma inl_fst' : inl' a b *m fst' a b = 1%:M - inr' a b *m snd' a b :> 'M[F]_(a + b).
Proof. by rewrite inr_snd' opprB addrC subrK. Qed.
Lemma inl_fst_after' x : x *m inl' a b *m fst' a b = x - x *m inr' a b *m snd' a b.
Proof. by rewrite -!mulmxA inl_fst' mulmxBr mulmx1. Qed.
Lemma fst_inl_after' (x : 'M[F]_(c, a)) : x *m fst' a b *m inl' a b = x.
Proof. by rewrite -mulmxA fst_inl' mulmx1. Qed.
Lemma snd_inr_after' (x : 'M[F]_(c, b)) : x *m snd' a b *m inr' a b = x.
Proof. by rewrite -mulmxA snd_inr' mulmx1. Qed.
Lemma fst_inr_after' (x : 'M[F]_(c, a)) : x *m fst' a b *m inr' a b = 0.
Proof. by rewrite -mulmxA fst_inr' mulmx0. Qed.
Lemma snd_inl_after' (x : 'M[F]_(c, b)) : x *m snd' a b *m inl' a b = 0.
Proof. by rewrite -mulmxA snd_inl' mulmx0. Qed.
Lemma inr_snd_after' x : x *m inr' a b *m snd' a b = x - x *m inl' a b *m fst' a b.
Proof. by rewrite -!mulmxA inr_snd' mulmxBr mulmx1. Qed.
Lemma fstT' : (fst' a b)^T = inl' a b :> 'M[F]__.
Proof. by rewrite /fst' /inl' -!lock tr_row_mx trmx1 trmx0. Qed.
Lemma sndT' : (snd' a b)^T = inr' a b :> 'M[F]__.
Proof. by rewrite /snd' /inr' -!lock tr_row_mx trmx1 trmx0. Qed.
Lemma inlT' : (inl' a b)^T = fst' a b :> 'M[F]__.
Proof. by rewrite -fstT' trmxK. Qed.
Lemma inrT' : (inr' a b)^T = snd' a b :> 'M[F]__.
Proof. by rewrite -sndT' trmxK. Qed.
Lemma row' (u : 'M[F]_(c, a)) (v : 'M[F]_(c, b)) : row_mx u v = u *m fst' a b + v *m snd' a b.
Proof. by rewrite /fst' /snd' -!lock !mul_mx_row ?(mulmx1, mulmx0) add_row_mx ?(addr0, add0r). Qed.
Lemma column' (u : 'M[F]_(a, c)) (v : 'M[F]_(b, c)) : col_mx u v = inl' a b *m u + inr' a b *m v.
Proof. by rewrite /inl' /inr' -!lock !mul_col_mx ?(mul1mx, mul0mx) add_col_mx ?(addr0, add0r). Qed.
End BlockLaws.

(* Sums and multiples under products and transposition, over a field: MathComp's own lemmas about multiples speak of
   commutative rings, and `ring` does not see through the difference. *)
Section Multiples.
Variables (F : fieldType) (m n p : nat).
Implicit Types (x y : 'M[F]_(m, n)) (z : 'M[F]_(n, p)).
Lemma scale_left' (c : F) x z : (c *: x) *m z = c *: (x *m z). Proof. by rewrite scalemxAl. Qed.
Lemma scale_right' (c : F) x z : x *m (c *: z) = c *: (x *m z). Proof. by rewrite scalemxAr. Qed.
Lemma trmxD' x y : (x + y)^T = x^T + y^T. Proof. exact: linearD. Qed.
Lemma trmxB' x y : (x - y)^T = x^T - y^T. Proof. exact: linearB. Qed.
Lemma trmxN' x : (- x)^T = - x^T. Proof. exact: linearN. Qed.
Lemma trmx_mul' x z : (x *m z)^T = z^T *m x^T. Proof. exact: trmx_mul. Qed.
Lemma trmxZ' (c : F) x : (c *: x)^T = c *: x^T. Proof. exact: linearZ. Qed.
End Multiples.

(* Scalars, the maps 1 -> 1, are matrices of one entry: they commute with all, and are their own transposes. *)
Section Scalars.
Variables (F : fieldType) (m n p : nat).
Implicit Types (a : 'M[F]_1).
Lemma scalarT' a : a^T = a. Proof. by apply/matrixP => i j; rewrite mxE !ord1. Qed.
Lemma scalar_left' a (y : 'M[F]_(1, n)) : a *m y = a 0 0 *: y.
Proof. by rewrite {1}[a]mx11_scalar mul_scalar_mx. Qed.
Lemma scalar_right' (x : 'M[F]_(m, 1)) a : x *m a = a 0 0 *: x.
Proof. by rewrite {1}[a]mx11_scalar mul_mx_scalar. Qed.
(* A product is cut where it visits the unit space. *)
Lemma visit' (x : 'M[F]_(m, 1)) (a : 'M[F]_(1, n)) (b : 'M[F]_(n, p)) : x *m a *m b = x *m (a *m b).
Proof. by rewrite mulmxA. Qed.
End Scalars.

(* Expands products and transposes. For A + 1 the identity of the sum is used the other way round, so that no equation
   about blocks passes the unit space in its middle. *)
Ltac transposes' := rewrite ?(trmx_mul', trmxD', trmxB', trmxN', trmxZ', trmxK, trmx1, trmx0, fstT', sndT', inlT', inrT').
Ltac products' :=
  rewrite ?(mulmxDl, mulmxDr, mulmxBl, mulmxBr, mulNmx, mulmxN, scale_left', scale_right',
    mulmxA, mul1mx, mulmx1, mul0mx, mulmx0,
    fst_inl', snd_inr', fst_inr', snd_inl', fst_inl_after', snd_inr_after', fst_inr_after', snd_inl_after').
Ltac halves' := match goal with
  | |- context [@inr' _ ?a 1] => lazymatch a with 1%N => fail | _ => progress rewrite ?(@inl_fst' _ a 1, @inl_fst_after' _ a 1) end
  | |- context [@inr' _ ?a ?b] => lazymatch b with
    | 1%N => lazymatch a with 1%N => progress rewrite ?(@inr_snd' _ 1 1, @inr_snd_after' _ 1 1) | _ => fail end
    | _ => progress rewrite ?(@inr_snd' _ a b, @inr_snd_after' _ a b)
    end
  | |- context [@inl' _ ?a 1] => lazymatch a with 1%N => fail | _ => progress rewrite ?(@inl_fst' _ a 1, @inl_fst_after' _ a 1) end
  end.
Ltac expand' := rewrite ?(row', column'); transposes'; products'; repeat (halves'; products').
(* Takes the loops, which begin and end in the unit space, out as coefficients. Each becomes a variable, with its transpose. *)
Ltac turn' := repeat match goal with |- context [@mulmx ?F 1 ?n 1 ?a ?b] =>
  let e := fresh "e" in
  have e := esym (scalarT' (@mulmx F 1 n 1 a b));
  rewrite ?(trmx_mul', trmxK, fstT', sndT', inlT', inrT', mulmxA) in e;
  try rewrite -e; clear e; move: (@mulmx F 1 n 1 a b) => ?
  end.
Ltac loops' := rewrite ?(visit', scalarT'); rewrite ?(scalar_left', scalar_right', scale_left', scale_right'); turn'.
(* Generalises the monomials, and compares what is left entry by entry. Monomials whose types differ only by the path to
   the field are one and the same; `move` sees that, `generalize` and `ring` do not. *)
Ltac monomials' := repeat match goal with
  |- context [@mulmx ?F ?m ?n ?p ?a ?b] => progress (move: (@mulmx F m n p a b) => ?) end.
Ltac entries' := let i := fresh "i" in let j := fresh "j" in apply/matrixP => i j; rewrite !mxE ?ord1 ?eqxx;
  repeat match goal with |- context [@fun_of_matrix _ _ _ ?x ?k ?l] => progress (move: (x k l) => ?) end.
Ltac matrices' := expand'; loops'; monomials'; entries'; (ring || field).

(* The rule combination: s = t, because s - t is a sum of multiples of zero. *)
Section Combination.
Variables (F : fieldType).
Variables (m n : nat).
Implicit Types (s t z : 'M[F]_(m, n)).
Lemma zero' s t : s = t -> s - t = 0. Proof. by move=> ->; rewrite subrr. Qed.
Lemma transposed' z : z = 0 -> z^T = 0. Proof. by move=> ->; rewrite trmx0. Qed.
Lemma after' p (L : 'M[F]_(p, m)) z : z = 0 -> L *m z = 0. Proof. by move=> ->; rewrite mulmx0. Qed.
Lemma before' p (R : 'M[F]_(n, p)) z : z = 0 -> z *m R = 0. Proof. by move=> ->; rewrite mul0mx. Qed.
Lemma multiple' (c : F) z : z = 0 -> c *: z = 0.
Proof. by move=> ->; rewrite scaler0. Qed.
Lemma negative' z : z = 0 -> - z = 0.
Proof. by move=> ->; rewrite oppr0. Qed.
Lemma plus' y z : y = 0 -> z = 0 -> y + z = 0.
Proof. by move=> -> ->; rewrite addr0. Qed.
Lemma combination' s t z : z = 0 -> s - t = z -> s = t.
Proof. by move=> -> /eqP; rewrite subr_eq0 => /eqP. Qed.
(* An equation says the same as another with the same difference of its sides, or the opposite one. *)
Lemma same' s t u v : u = v -> s - t = u - v -> s = t.
Proof. by move=> ->; rewrite subrr => /eqP; rewrite subr_eq0 => /eqP. Qed.
Lemma opposite' s t u v : u = v -> s - t = v - u -> s = t.
Proof. by move=> ->; rewrite subrr => /eqP; rewrite subr_eq0 => /eqP. Qed.
Lemma differ' s t u v : u <> v -> s - t = u - v -> s <> t.
Proof. by move=> ne e st; apply: ne; apply/eqP; rewrite -subr_eq0 -e st subrr. Qed.
Lemma differ_opposite' s t u v : u <> v -> s - t = v - u -> s <> t.
Proof. by move=> ne e st; apply: ne; apply/eqP; rewrite eq_sym -subr_eq0 -e st subrr. Qed.
End Combination.

(* The rules pseudo_inverse, square_inverse and definite. *)
Lemma pseudo_inverse' (F : fieldType) m n (P : 'M[F]_(m, n)) : exists Q : 'M[F]_(n, m), P *m Q *m P = P.
Proof. by exists (pinvmx P); rewrite mulmxKpV. Qed.
Lemma square_inverse' (F : fieldType) m n (A : 'M[F]_(m, n)) (B : 'M[F]_(n, m)) :
  n = m -> A *m B = 1%:M -> B *m A = 1%:M.
Proof. by move=> e; case: m / e A B => A B; exact: mulmx1C. Qed.
Lemma definite' (F : realFieldType) m n (X : 'M[F]_(m, n)) : X *m X^T = 0 -> X = 0.
Proof.
move=> zero; apply/matrixP => i j; rewrite mxE.
have /eqP : (X *m X^T) i i = 0 by rewrite zero mxE.
rewrite mxE psumr_eq0 => [/allP /(_ j (mem_index_enum j)) /=|k _]; last by rewrite mxE -expr2 sqr_ge0.
by rewrite mxE mulf_eq0 orbb => /eqP.
Qed.

(* The rules pivot and extensionality, and a contradiction by 1 = 0. *)
Lemma pivot' (F : fieldType) m n (M : 'M[F]_(m, n)) :
  M <> 0 -> exists (y : 'M[F]_(1, m)) (x : 'M[F]_(n, 1)), y *m M *m x = 1%:M.
Proof.
move/eqP/matrix0Pn => [i [j ne]]; exists (delta_mx 0 i), ((M i j)^-1 *: delta_mx j 0).
by apply/matrixP => u v; rewrite !ord1 -scalemxAr -rowE -colE !mxE mulVf.
Qed.
Lemma extensionality' (F : fieldType) m n (f g : 'M[F]_(m, n)) :
  (forall x : 'M[F]_(n, 1), f *m x = g *m x) -> f = g.
Proof. by move=> e; apply/matrixP => i j; move: (e (delta_mx j 0)); rewrite -!colE => /matrixP /(_ i 0); rewrite !mxE. Qed.
Lemma one_is_zero' (F : fieldType) : (1%:M : 'M[F]_1) <> 0.
Proof. by move/eqP; rewrite oner_eq0. Qed.

(* Families are sets of square matrices; words are finite products of their members. *)
Inductive word' (F : fieldType) n (family : 'M[F]_n -> Prop) : 'M[F]_n -> Prop :=
| word_one' : word' family 1%:M
| word_cons' t w : family t -> word' family w -> word' family (t *m w).
Definition only' (F : fieldType) n (C : 'M[F]_n) : 'M[F]_n -> Prop := fun t => t = C.
Lemma letter' (F : fieldType) n (family : 'M[F]_n -> Prop) t : family t -> word' family t.
Proof. by move=> member; rewrite -[t]mulmx1; apply: word_cons' => //; exact: word_one'. Qed.
Lemma append' (F : fieldType) n (family : 'M[F]_n -> Prop) v w :
  word' family v -> word' family w -> word' family (v *m w).
Proof.
by elim=> [|t u member _ IH] ww; [rewrite mul1mx | rewrite -mulmxA; apply: word_cons' => //; exact: IH].
Qed.

(* Order between scalars, and the rule farkas: a sum of parts none of which is negative. *)
Ltac sign' := by rewrite ?(ler0n, ltr0n) || (apply: divr_ge0; rewrite ler0n) || (apply: divr_gt0; rewrite ltr0n).
Section Order.
Variables (F : realFieldType).
Implicit Types (s t u v x y z : 'M[F]_1) (c : F).
Definition at_least' s t : Prop := t 0 0 <= s 0 0.
Definition greater' s t : Prop := t 0 0 < s 0 0.
Lemma nonneg_zero' z : z = 0 -> at_least' z 0. Proof. by move=> ->; rewrite /at_least' lexx. Qed.
Lemma nonneg_constant' c : 0 <= c -> at_least' (c *: 1%:M) 0.
Proof. by rewrite /at_least' !mxE mulr1. Qed.
Lemma nonneg_bound' c u v : 0 <= c -> at_least' u v -> at_least' (c *: (u - v)) 0.
Proof. by move=> c0; rewrite /at_least' !mxE -[_ <= u 0 0]subr_ge0 => uv; exact: mulr_ge0. Qed.
Lemma nonneg_strict' c u v : 0 <= c -> greater' u v -> at_least' (c *: (u - v)) 0.
Proof. by move=> c0 /ltW; exact: nonneg_bound'. Qed.
Lemma nonneg_plus' x y : at_least' x 0 -> at_least' y 0 -> at_least' (x + y) 0.
Proof. by rewrite /at_least' !mxE; exact: addr_ge0. Qed.
Lemma positive_constant' c : 0 < c -> greater' (c *: 1%:M) 0.
Proof. by rewrite /greater' !mxE mulr1. Qed.
Lemma positive_strict' c u v : 0 < c -> greater' u v -> greater' (c *: (u - v)) 0.
Proof. by move=> c0; rewrite /greater' !mxE -[_ < u 0 0]subr_gt0 => uv; exact: mulr_gt0. Qed.
Lemma positive_plus' x y : at_least' x 0 -> greater' y 0 -> greater' (x + y) 0.
Proof.
rewrite /at_least' /greater' !mxE le_eqVlt => /orP [/eqP <-|x0 y0]; first by rewrite add0r.
exact: addr_gt0.
Qed.
Lemma plus_positive' x y : greater' x 0 -> at_least' y 0 -> greater' (x + y) 0.
Proof. by move=> x0 y0; rewrite addrC; exact: positive_plus'. Qed.
Lemma farkas_at_least' s t z : at_least' z 0 -> s - t = z -> at_least' s t.
Proof. by move=> z0 e; move: z0; rewrite -e /at_least' !mxE subr_ge0. Qed.
Lemma farkas_greater' s t z : greater' z 0 -> s - t = z -> greater' s t.
Proof. by move=> z0 e; move: z0; rewrite -e /greater' !mxE subr_gt0. Qed.
Lemma greater_differ' s t : greater' s t -> s <> t.
Proof. by move=> gt e; move: gt; rewrite e /greater' ltxx. Qed.
Lemma both' s t : at_least' s t -> at_least' t s -> s = t.
Proof. by move=> st ts; apply/matrixP => i j; rewrite !ord1; apply/eqP; rewrite eq_le ts st. Qed.
Lemma same_at_least' s t u v : at_least' u v -> s - t = u - v -> at_least' s t.
Proof. by move=> uv; apply: farkas_at_least'; move: uv; rewrite /at_least' !mxE subr_ge0. Qed.
Lemma same_greater' s t u v : greater' u v -> s - t = u - v -> greater' s t.
Proof. by move=> uv; apply: farkas_greater'; move: uv; rewrite /greater' !mxE subr_gt0. Qed.
(* The rules square and product. *)
Lemma square' n (v : 'M[F]_(n, 1)) : at_least' (v^T *m v) 0.
Proof. by rewrite /at_least' !mxE sumr_ge0 // => i _; rewrite !mxE -expr2 sqr_ge0. Qed.
Lemma strict_square' n (v : 'M[F]_(n, 1)) : v <> 0 -> greater' (v^T *m v) 0.
Proof.
move/eqP/matrix0Pn => [i [j ne]]; rewrite ord1 in ne; rewrite /greater' !mxE (bigD1 i) //= ltr_paddr //.
  by apply: sumr_ge0 => k _; rewrite !mxE -expr2 sqr_ge0.
by rewrite !mxE -expr2 exprn_even_gt0.
Qed.
Lemma product' s t : at_least' s 0 -> at_least' t 0 -> at_least' (s *m t) 0.
Proof. by rewrite /at_least' !mxE big_ord1 => s0 t0; rewrite mulr_ge0 // ?mxE. Qed.
Lemma strict_product' s t : greater' s 0 -> greater' t 0 -> greater' (s *m t) 0.
Proof. by rewrite /greater' !mxE big_ord1 => s0 t0; rewrite mulr_gt0. Qed.
Lemma weaker' s t : greater' s t -> at_least' s t. Proof. exact: ltW. Qed.
End Order.
