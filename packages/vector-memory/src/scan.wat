;; The scan of a block of vectors. wasm-segment.ts lays the blocks out and calls it.
;;
;; - Eight vectors are a group: their numbers of one dimension stand side by side, then those of the next.
;; - A number is two halves of 16 bits, which stand apart. The upper half alone, followed by zeros, is the number rounded to 8 significant
;;   bits. The lower half is what to add to those bits, and may be negative.
;; - The query stands from byte 4096, in single precision. Its width is even.
;; - Results are written from byte 0, in double precision.
;;
;; Only the baseline of SIMD is used, which gives the same bits on every machine.
(module
  (import "scan" "memory" (memory 1))

  ;; Estimates the dot products of the query and each vector of the groups whose upper halves stand from $at to $end: in single precision,
  ;; even and odd dimensions apart, so that fewer additions wait for each other. Each shuffle puts the zeros below four upper halves.
  (func (export "estimateDots") (param $queryEnd i32) (param $at i32) (param $end i32)
    (local $query i32) (local $out i32) (local $zeros v128) (local $halves v128) (local $x v128)
    (local $even0 v128) (local $even4 v128) (local $odd0 v128) (local $odd4 v128)
    (loop $group
      (local.set $even0 (local.get $zeros))
      (local.set $even4 (local.get $zeros))
      (local.set $odd0 (local.get $zeros))
      (local.set $odd4 (local.get $zeros))
      (local.set $query (i32.const 4096))
      (loop $dimensions
        (local.set $x (v128.load32_splat (local.get $query)))
        (local.set $halves (v128.load (local.get $at)))
        (local.set $even0 (f32x4.add (local.get $even0) (f32x4.mul (local.get $x)
          (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $zeros) (local.get $halves)))))
        (local.set $even4 (f32x4.add (local.get $even4) (f32x4.mul (local.get $x)
          (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $zeros) (local.get $halves)))))

        (local.set $x (v128.load32_splat offset=4 (local.get $query)))
        (local.set $halves (v128.load offset=16 (local.get $at)))
        (local.set $odd0 (f32x4.add (local.get $odd0) (f32x4.mul (local.get $x)
          (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $zeros) (local.get $halves)))))
        (local.set $odd4 (f32x4.add (local.get $odd4) (f32x4.mul (local.get $x)
          (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $zeros) (local.get $halves)))))

        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (local.set $query (i32.add (local.get $query) (i32.const 8)))
        (br_if $dimensions (i32.lt_u (local.get $query) (local.get $queryEnd))))

      (call $writeEight (local.get $out)
        (f32x4.add (local.get $even0) (local.get $odd0))
        (f32x4.add (local.get $even4) (local.get $odd4)))
      (local.set $out (i32.add (local.get $out) (i32.const 64)))
      (br_if $group (i32.lt_u (local.get $at) (local.get $end)))))

  ;; The same for the squares of the euclidean distances.
  (func (export "estimateSquaredDistances") (param $queryEnd i32) (param $at i32) (param $end i32)
    (local $query i32) (local $out i32) (local $zeros v128) (local $halves v128) (local $x v128) (local $difference v128)
    (local $even0 v128) (local $even4 v128) (local $odd0 v128) (local $odd4 v128)
    (loop $group
      (local.set $even0 (local.get $zeros))
      (local.set $even4 (local.get $zeros))
      (local.set $odd0 (local.get $zeros))
      (local.set $odd4 (local.get $zeros))
      (local.set $query (i32.const 4096))
      (loop $dimensions
        (local.set $x (v128.load32_splat (local.get $query)))
        (local.set $halves (v128.load (local.get $at)))
        (local.set $difference (f32x4.sub (local.get $x)
          (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $zeros) (local.get $halves))))
        (local.set $even0 (f32x4.add (local.get $even0) (f32x4.mul (local.get $difference) (local.get $difference))))
        (local.set $difference (f32x4.sub (local.get $x)
          (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $zeros) (local.get $halves))))
        (local.set $even4 (f32x4.add (local.get $even4) (f32x4.mul (local.get $difference) (local.get $difference))))

        (local.set $x (v128.load32_splat offset=4 (local.get $query)))
        (local.set $halves (v128.load offset=16 (local.get $at)))
        (local.set $difference (f32x4.sub (local.get $x)
          (i8x16.shuffle 0 1 16 17 2 3 18 19 4 5 20 21 6 7 22 23 (local.get $zeros) (local.get $halves))))
        (local.set $odd0 (f32x4.add (local.get $odd0) (f32x4.mul (local.get $difference) (local.get $difference))))
        (local.set $difference (f32x4.sub (local.get $x)
          (i8x16.shuffle 8 9 24 25 10 11 26 27 12 13 28 29 14 15 30 31 (local.get $zeros) (local.get $halves))))
        (local.set $odd4 (f32x4.add (local.get $odd4) (f32x4.mul (local.get $difference) (local.get $difference))))

        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (local.set $query (i32.add (local.get $query) (i32.const 8)))
        (br_if $dimensions (i32.lt_u (local.get $query) (local.get $queryEnd))))

      (call $writeEight (local.get $out)
        (f32x4.add (local.get $even0) (local.get $odd0))
        (f32x4.add (local.get $even4) (local.get $odd4)))
      (local.set $out (i32.add (local.get $out) (i32.const 64)))
      (br_if $group (i32.lt_u (local.get $at) (local.get $end)))))

  (func $writeEight (param $out i32) (param $sums0 v128) (param $sums4 v128)
    (v128.store (local.get $out) (f64x2.promote_low_f32x4 (local.get $sums0)))
    (v128.store offset=16 (local.get $out) (f64x2.promote_low_f32x4
      (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $sums0) (local.get $sums0))))
    (v128.store offset=32 (local.get $out) (f64x2.promote_low_f32x4 (local.get $sums4)))
    (v128.store offset=48 (local.get $out) (f64x2.promote_low_f32x4
      (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $sums4) (local.get $sums4)))))

  ;; The dot products of the query and the vectors of one group, whose halves begin at $upper and at $lower: in double precision, added up in
  ;; the order of the dimensions, so that each is the number that a plain loop gives.
  (func (export "dots") (param $queryEnd i32) (param $upper i32) (param $lower i32)
    (local $query i32) (local $x v128) (local $vectors v128)
    (local $sum0 v128) (local $sum2 v128) (local $sum4 v128) (local $sum6 v128)
    (local.set $query (i32.const 4096))
    (loop $dimensions
      (local.set $x (f64x2.promote_low_f32x4 (v128.load32_splat (local.get $query))))

      (local.set $vectors (i32x4.add
        (i32x4.shl (v128.load16x4_u (local.get $upper)) (i32.const 16))
        (v128.load16x4_s (local.get $lower))))
      (local.set $sum0 (f64x2.add (local.get $sum0) (f64x2.mul (local.get $x)
        (f64x2.promote_low_f32x4 (local.get $vectors)))))
      (local.set $sum2 (f64x2.add (local.get $sum2) (f64x2.mul (local.get $x) (f64x2.promote_low_f32x4
        (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $vectors) (local.get $vectors))))))

      (local.set $vectors (i32x4.add
        (i32x4.shl (v128.load16x4_u offset=8 (local.get $upper)) (i32.const 16))
        (v128.load16x4_s offset=8 (local.get $lower))))
      (local.set $sum4 (f64x2.add (local.get $sum4) (f64x2.mul (local.get $x)
        (f64x2.promote_low_f32x4 (local.get $vectors)))))
      (local.set $sum6 (f64x2.add (local.get $sum6) (f64x2.mul (local.get $x) (f64x2.promote_low_f32x4
        (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $vectors) (local.get $vectors))))))

      (local.set $upper (i32.add (local.get $upper) (i32.const 16)))
      (local.set $lower (i32.add (local.get $lower) (i32.const 16)))
      (local.set $query (i32.add (local.get $query) (i32.const 4)))
      (br_if $dimensions (i32.lt_u (local.get $query) (local.get $queryEnd))))
    (v128.store (i32.const 0) (local.get $sum0))
    (v128.store (i32.const 16) (local.get $sum2))
    (v128.store (i32.const 32) (local.get $sum4))
    (v128.store (i32.const 48) (local.get $sum6)))

  ;; The same for the squares of the euclidean distances.
  (func (export "squaredDistances") (param $queryEnd i32) (param $upper i32) (param $lower i32)
    (local $query i32) (local $x v128) (local $vectors v128) (local $difference v128)
    (local $sum0 v128) (local $sum2 v128) (local $sum4 v128) (local $sum6 v128)
    (local.set $query (i32.const 4096))
    (loop $dimensions
      (local.set $x (f64x2.promote_low_f32x4 (v128.load32_splat (local.get $query))))

      (local.set $vectors (i32x4.add
        (i32x4.shl (v128.load16x4_u (local.get $upper)) (i32.const 16))
        (v128.load16x4_s (local.get $lower))))
      (local.set $difference (f64x2.sub (local.get $x) (f64x2.promote_low_f32x4 (local.get $vectors))))
      (local.set $sum0 (f64x2.add (local.get $sum0) (f64x2.mul (local.get $difference) (local.get $difference))))
      (local.set $difference (f64x2.sub (local.get $x) (f64x2.promote_low_f32x4
        (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $vectors) (local.get $vectors)))))
      (local.set $sum2 (f64x2.add (local.get $sum2) (f64x2.mul (local.get $difference) (local.get $difference))))

      (local.set $vectors (i32x4.add
        (i32x4.shl (v128.load16x4_u offset=8 (local.get $upper)) (i32.const 16))
        (v128.load16x4_s offset=8 (local.get $lower))))
      (local.set $difference (f64x2.sub (local.get $x) (f64x2.promote_low_f32x4 (local.get $vectors))))
      (local.set $sum4 (f64x2.add (local.get $sum4) (f64x2.mul (local.get $difference) (local.get $difference))))
      (local.set $difference (f64x2.sub (local.get $x) (f64x2.promote_low_f32x4
        (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $vectors) (local.get $vectors)))))
      (local.set $sum6 (f64x2.add (local.get $sum6) (f64x2.mul (local.get $difference) (local.get $difference))))

      (local.set $upper (i32.add (local.get $upper) (i32.const 16)))
      (local.set $lower (i32.add (local.get $lower) (i32.const 16)))
      (local.set $query (i32.add (local.get $query) (i32.const 4)))
      (br_if $dimensions (i32.lt_u (local.get $query) (local.get $queryEnd))))
    (v128.store (i32.const 0) (local.get $sum0))
    (v128.store (i32.const 16) (local.get $sum2))
    (v128.store (i32.const 32) (local.get $sum4))
    (v128.store (i32.const 48) (local.get $sum6))))
